"""Short questions in several languages, labelled by what they ask for and how demanding they are.

The labels were given before ``providers.classify`` was asked. A question that merely follows the
pattern of the signs it looks for would prove nothing, so many say the same in other words.
"""

# ruff: noqa: RUF001  (Chinese and Japanese have marks of their own)

from __future__ import annotations

QUESTIONS = """
chat         simple   What is the capital of Norway?
chat         simple   Hi there!
chat         simple   thanks, that helped
chat         simple   How many ounces are in a pound?
chat         simple   Who wrote The Magic Mountain?
chat         simple   Is it still raining in Bergen in June?
chat         simple   Give me a name for a grey cat.
chat         simple   What does HTTP stand for?
chat         simple   Was ist die Hauptstadt von Kanada?
chat         simple   Wie spät ist es in Tokio, wenn es in Berlin Mittag ist?
chat         simple   Guten Morgen, wie geht es dir?
chat         simple   Quelle est la hauteur de la tour Eiffel ?
chat         simple   Bonjour, tu vas bien ?
chat         simple   ¿Cuántos días tiene febrero este año?
chat         simple   Hola, ¿qué tal?
chat         simple   Qual è il fiume più lungo d'Italia?
chat         simple   Quantos planetas há no sistema solar?
chat         simple   Столица Австралии?
chat         simple   日本で一番高い山は何ですか？
chat         simple   中国有多少个省？
chat         simple   오늘 기분이 어때?
chat         simple   Vad heter Sveriges kung?
translation  simple   Translate "good night" into Finnish.
translation  simple   How do you say "where is the station" in Italian?
translation  simple   What is the French word for butterfly?
translation  simple   Put this into German: the meeting is postponed.
translation  simple   Übersetze ins Englische: Ich habe mich verspätet.
translation  simple   Wie heißt Schmetterling auf Spanisch?
translation  simple   Traduis en anglais : je suis en retard.
translation  simple   Comment dit-on merci en japonais ?
translation  simple   Traduce al inglés: llego mañana por la tarde.
translation  simple   Traduci in tedesco: il treno è in ritardo.
translation  simple   Переведи на английский: я опоздал.
translation  simple   把这句话翻译成英文：我迟到了。
translation  simple   「ありがとう」を英語に翻訳してください。
translation  simple   다음을 영어로 번역해 줘: 늦었어요.
summary      simple   Summarise this in one sentence: the ferry was late because of fog.
summary      simple   tl;dr of the text below please: we met, we talked, nothing was decided.
summary      simple   What are the key points of this note? Buy milk, call Anna, fix the bike.
summary      simple   Boil this down to a line: sales rose in spring and fell in autumn.
summary      simple   Fasse den folgenden Absatz kurz zusammen: Es regnete den ganzen Tag.
summary      simple   Zusammenfassung bitte: Das Treffen wurde auf Montag verschoben.
summary      simple   Résume ce paragraphe : il a plu toute la journée.
summary      simple   Resume este texto: llovió todo el día.
summary      simple   Riassumi questo testo: ha piovuto tutto il giorno.
summary      simple   要約してください：一日中雨が降っていた。
code         complex  Write a Python function that merges two sorted lists.
code         complex  Why does this fail? def f(x): return x + "1"
code         complex  Fix the bug in my JavaScript: const a = [1,2; console.log(a)
code         complex  I get a stack trace from Django when I log in.
code         complex  Give me a regex for IPv4 addresses.
code         complex  SELECT name FROM users WHERE id = 1; is slow, what index helps?
code         complex  Refactor this class so that it is easier to test.
code         complex  My Rust program does not borrow check, what is wrong?
code         complex  How do I reverse a linked list in Go?
code         complex  Schreibe eine Python-Funktion, die Primzahlen sucht.
code         complex  Écris une fonction en Python qui trie une liste.
code         complex  Escribe un script de bash que borre archivos viejos.
code         complex  Напиши функцию на Python, которая ищет простые числа.
code         complex  写一个计算斐波那契数列的函数。
chat         complex  Compare the tax systems of Denmark and Norway.
chat         complex  Explain why the sky is blue to a physicist.
chat         complex  Prove that the square root of two is irrational.
chat         complex  What are the pros and cons of nuclear power?
chat         complex  Walk me step by step through a Kalman filter.
chat         complex  Evaluate whether a small firm should lease or buy its cars.
chat         complex  Design a data centre's cooling for a hot climate.
chat         complex  Analysiere die Ursachen des Ersten Weltkriegs.
chat         complex  Vergleiche die Steuersysteme von Dänemark und Norwegen.
chat         complex  Erkläre mir den Beweis des Satzes von Gödel.
chat         complex  Explique pourquoi le ciel est bleu, équations comprises.
chat         complex  Compara los sistemas fiscales de Chile y España.
chat         complex  Докажи, что корень из двух иррационален.
chat         complex  比较丹麦和挪威的税收制度。
chat         simple   Who is the designer of this chair?
chat         simple   What class is the 9 a.m. train, first or second?
chat         simple   Is there a function at the town hall tonight?
chat         simple   Where can I return a pair of shoes?
"""
