from tests.home_fixtures import bare, home, server, with_keyring

__all__ = ["bare", "home", "server", "with_keyring"]
