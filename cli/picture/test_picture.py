#!/usr/bin/python3
"""The picture (--html) in a real browser: headless Chromium.

  cli/picture/test_picture.py [BUILD]

BUILD: where spanref and candidates/*.so are (build). Prints "ok" or "not ok" lines,
exits 1 if one is not ok. The pictures and what they look like stay in BUILD/pictures.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

os.chdir(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build")
TOOL, PLUG, WORK = BUILD + "/spanref", BUILD + "/candidates", BUILD + "/pictures"
SIZE_MAX = 300_000
# An allocation that needs memory, and scavenging that gives it back.
MEMORY = "spanref-trace 1\npage 8192\nphys 16384\nhuge 65536\narena 524288\ngoal none\nregion 0x100000 up\n" \
    "a 1 10\na 2 20\na 3 8\nf 2\nf 1\ns 40960\n"
# Four holes of 4, 6, 5 and 5 pages, the second one scavenged, and all that can be asked of them.
REQUESTS = "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 1048576\ngoal none\nregion 0x5000000000 up\n" \
    "a 0 10\na 1 1\na 2 5\na 3 3\na 4 5\na 5 1\nf 0\ns 49152\nf 2\nf 4\n" \
    "a 6 2 align=4 phase=1\na 7 1 from=0x5000014000 below=0x500001a000\na 8 2 fit=last\na 9 3 fit=best\n" \
    "a 10 3 from=0x5000002000 below=0x5000004000\nc 11 0x5000008000 2\nc 12 0x5000000000 8\n" \
    "r 11 4\nr 11 1\nr 11 1\nr 11 60\na 13 1 from=0x6000000000 below=0x7000000000\nm 14 2 align=16\n" \
    "a 15 3 align=2 phase=1 from=0x5000000000 below=0x5000100000 fit=last\n" \
    "g 0x6100000000 4096\na 16 8 from=0x6100000000 below=0x6102000000 fit=last\n"
# More histories that depart than a picture listed once.
MANY = 70
PLAIN = "spanref-trace 1\npage 8192\nphys 8192\nhuge 0\narena 524288\ngoal none\n"
# What the picture says of each, how many ticks it has, and whether there is a window.
ASKED = {
    "a 6 2": ("2 pages, aligned to 4, at phase 1, first fit\n4 placements in 4 free spans", 4, False),
    "a 7 1": ("1 page, between 0x5000014000 and 0x500001a000, first fit\n2 placements in 1 free span", 2, True),
    "a 8 2": ("2 pages, last fit\n12 placements in 3 free spans", 12, False),
    "a 9 3": ("3 pages, best fit\n7 placements in 3 free spans", 7, False),
    "a 10 3": ("3 pages, between 0x5000002000 and 0x5000004000, first fit\nno placement", 0, True),
    "c 11": ("claim of 2 pages at 0x5000008000\none free span holds it", 1, True),
    "c 12": ("claim of 8 pages at 0x5000000000\nno single free span holds it", 0, True),
    "r 11 4": ("resize from 2 to 4 pages, in place: 2 pages at 0x500000c000 to be taken\none free span holds it", 0, True),
    "r 11 1": ("resize from 4 to 1 page, in place: 3 pages at 0x500000a000 to be freed", 0, False),
    "r 11 1 ": ("resize to 1 page, which it has", 0, False),
    "r 11 60": ("resize from 1 to 60 pages, in place: 59 pages at 0x500000a000 to be taken\nno single free span holds it", 0, True),
    "a 13 1": ("1 page, between 0x6000000000 and 0x7000000000, first fit\nno placement", 0, True),
    "m 14 2": ("2 pages, manual, aligned to 16, first fit\nno placement, so the heap grows", 0, False),
    "a 15 3": ("3 pages, aligned to 2, at phase 1, between 0x5000000000 and 0x5000100000, last fit\n"
               "8 placements in 4 free spans", 8, True),
    # Too many for ticks: a bar, and one at either end.
    "a 16 8": ("8 pages, between 0x6100000000 and 0x6102000000, last fit\n4089 placements in 1 free span", 2, True),
}
# By lie and operation: what would have been right (numbers: enum lie in judge/test_liar.h).
WRONG = {
    "request-2-24": "at 0x500004e000 it would have fitted",
    "request-2-26": "at 0x6101ff0000 it would have fitted",
    "request-36-13": "higher, at 0x500002c000, would have fitted",
    "request-36-14": "a shorter free span, of 3 pages at 0x5000026000, would have served",
    "request-37-17": "no single free span holds 8 pages at 0x5000000000",
    "request-39-18": "the next 2 pages, at 0x500000c000, would have fitted",
    "request-2-1": "lower, at 0x5000000000, would have fitted",
}
WIDTHS = {360: 740, 1400: 900}
failed = False


def result(good, name, why=""):
    global failed
    print(("ok - " if good else "not ok - ") + name)
    if not good:
        failed = True
        print("# " + str(why))


def lie_binary():
    """A candidate in opt's place whose statistics are wrong: judge/test_liar.h."""
    binary = WORK + "/liar"
    subprocess.run(["cc", "-O1", "-std=c99", "-D_POSIX_C_SOURCE=200809L", "-o", binary, "cli/test_liar.c",
                    "cli/main.c", BUILD + "/libspanref.a", "-ldl", "-lpthread"], check=True)
    return binary


def draw(name, command, **environment):
    """The picture that a command draws, and whatever else it writes, in WORK."""
    path = f"{WORK}/{name}.html"
    run = subprocess.run(command + ["-p", path], cwd=WORK, env={**os.environ, **environment},
                         stdin=subprocess.DEVNULL, capture_output=True, text=True)
    result(os.path.exists(path), f"{name} is drawn", run.stdout[-500:] + run.stderr)
    return path


def pictures():
    """Name, and is there a difference in it?"""
    liar, corpus = lie_binary(), os.path.abspath("corpus")
    with open(WORK + "/memory.trace", "w") as trace:
        trace.write(MEMORY)
    with open(WORK + "/requests.trace", "w") as trace:
        trace.write(REQUESTS)
    fuzz = [TOOL, "fuzz", "-o", "t.trace", "-c"]
    plugin = shutil.copy(PLUG + "/naughty-SHOUTS.so", WORK + "/my plug's.so")
    os.mkdir(WORK + "/many")
    for i in range(MANY):
        with open(f"{WORK}/many/{i}.trace", "w") as trace:
            trace.write(PLAIN + "".join(f"a {i} 3\n" for i in range(30)))
    yield draw("shouts", [TOOL, "check", "-c", plugin, WORK + "/many"]), True
    yield draw("made-short", fuzz + [PLUG + "/merge_bug.so"]), True
    yield draw("own-addresses", fuzz + [PLUG + "/naughty-OVERLAPS.so"]), True
    yield draw("crash", fuzz + [PLUG + "/naughty-CRASHES.so"]), True
    yield draw("statistics", [liar, "fuzz", "-o", "liar.trace"], SPANREF_TEST_LIE="2", SPANREF_TEST_WHEN="40"), True
    yield draw("shrink", [liar, "shrink", "liar.trace"], SPANREF_TEST_LIE="2", SPANREF_TEST_WHEN="40"), True
    for lie, when in (("29", "2"), ("30", "6"), ("33", "6")):
        yield draw("memory-" + lie, [liar, "check", WORK + "/memory.trace"], SPANREF_TEST_LIE=lie, SPANREF_TEST_WHEN=when), True
    for name in WRONG:
        _, lie, when = name.split("-")
        yield draw(name, [liar, "check", WORK + "/requests.trace"], SPANREF_TEST_LIE=lie, SPANREF_TEST_WHEN=when), True
    yield draw("long", [TOOL, "check", "-c", PLUG + "/merge_bug.so", corpus + "/real"]), True
    yield draw("conforms", [TOOL, "check", "-c", PLUG + "/first_fit.so", corpus + "/golden"]), False
    yield draw("conforms-opt", [TOOL, "check", corpus + "/golden/gap"]), False


def browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options)


# Whatever is wider than its box, or a text of the drawing that is outside of it.
CLIPPED = """
const bad = [];
for (const e of document.querySelectorAll("body, body *:not(svg, svg *, script, noscript, noscript *)"))
  if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) bad.push(e.tagName + "#" + e.id + ": " + e.textContent.slice(0, 60));
for (const t of document.querySelectorAll("svg text")) {
  const box = t.getBoundingClientRect(), svg = t.closest("svg").getBoundingClientRect();
  if (box.left < svg.left - 2 || box.right > svg.right + 2 || box.right > innerWidth) bad.push("text " + t.textContent);
}
for (const g of document.querySelectorAll("g.span")) {
  const text = g.querySelector("text"), rect = g.querySelector("rect");
  if (text && text.getBBox().width > rect.getBBox().width) bad.push("in a span: " + text.textContent);
}
if (document.documentElement.scrollWidth > innerWidth) bad.push("the page is " + document.documentElement.scrollWidth);
return bad;
"""
# All of the marked row is on the screen, and not scrolled out of the map.
IN_VIEW = """
const row = document.querySelector(".row.differs").getBoundingClientRect();
const map = document.getElementById("map").getBoundingClientRect();
return [row.top >= map.top - 1, row.bottom <= map.bottom + 1, row.top >= 0, row.bottom <= innerHeight];
"""
SELECTED = "return [...document.querySelectorAll('.row')].findIndex(r => r.getAttribute('aria-selected') === 'true')"


def text_of(chrome, name):
    return chrome.find_element(By.ID, name).text


def press(chrome, key):
    ActionChains(chrome).send_keys(key).perform()


def look_at_keys(chrome, name):
    last = chrome.execute_script(SELECTED)
    rows = len(chrome.find_elements(By.CLASS_NAME, "row"))
    step, span = text_of(chrome, "step"), text_of(chrome, "span")
    press(chrome, Keys.ARROW_UP)
    up = chrome.execute_script(SELECTED)
    moved = text_of(chrome, "step") != step
    press(chrome, Keys.ARROW_DOWN)
    result([last, up, chrome.execute_script(SELECTED)] == [rows - 1, rows - 2, rows - 1] and moved,
           f"{name}: the arrow keys step through the operations", [rows, last, up])
    press(chrome, Keys.ARROW_LEFT)
    first = text_of(chrome, "span")
    press(chrome, Keys.ARROW_LEFT)
    many = len(chrome.find_elements(By.CSS_SELECTOR, ".row.differs .span")) > 1
    result(first.count("base 0x") == 1 and (not many or text_of(chrome, "span") != first),
           f"{name}: and through the spans", [span, first, text_of(chrome, "span")])


def look_at_spans(chrome, name):
    for side in ("reference", "candidate"):
        spans = chrome.find_elements(By.CSS_SELECTOR, f".row.differs > .bar.{'ours' if side == 'reference' else 'theirs'} .span")
        if not spans:
            continue
        ActionChains(chrome).move_to_element(spans[-1]).perform()
        said = text_of(chrome, "span")
        wanted = r"^\S+: base 0x[0-9a-f]+, \d+ pages?, (in use|free), .*needzero [01], since (operation \d+: |before operation \d+$)"
        result(re.match(wanted.replace("(in use|free), .*", "(in use|free).*"), said) is not None and
               (side == "reference") == said.startswith("reference"), f"{name}: hovering says what a span of the {side} is", said)


def look_at_marks(chrome, name):
    row = chrome.find_element(By.CSS_SELECTOR, ".row.differs")
    result("≠ first difference" in row.text and row.get_attribute("aria-selected") == "true",
           f"{name}: the first difference is marked by words", row.text)


def look_at_memory(chrome, name):
    """Lines above the pages, of both sides: the candidate says a page too many, forgets to say,
    or says a range that no heap can have, and another."""
    row = chrome.find_element(By.CSS_SELECTOR, ".row.differs")
    drawn = [[len(row.find_elements(By.CSS_SELECTOR, f":scope > .{bar} line.{line}")) for bar in ("ours", "theirs")]
             for line in ("ready", "back")]
    wanted = {"memory-29": [[1, 1], [0, 0]], "memory-30": [[0, 0], [1, 0]], "memory-33": [[0, 0], [1, 2]]}[name]
    result(drawn == wanted, f"{name}: what is made ready and what is given back is drawn", drawn)


# Of a row's lane: what it says, how wide its windows are, where ticks and marks are, and what
# lies below these: the free spans before the operation, and what each side got by it.
LANE = """
const [row, before] = arguments, box = e => { const b = e.getBoundingClientRect(); return [b.left, b.right]; };
const all = (where, what) => [...where.querySelectorAll(what)].map(box);
return {
  words: row.querySelector(".asked").textContent, window: all(row, ".lane .window"), ticks: all(row, ".lane .tick"),
  taken: all(row, ".lane .taken:not(.differs)"), other: all(row, ".lane .taken.differs"), signs: all(row, ".lane text").length,
  many: row.querySelectorAll(".lane .many").length, freed: all(row, ".lane .freed"), ours: all(row, ".ours .got"), theirs: all(row, ".theirs .got"),
  free: [...before.querySelectorAll(".ours .span")].filter(g => g.span.span[2] & 1).map(g => box(g.querySelector("rect"))),
};
"""


def is_begun(mark, got):
    """Does the mark stand where what was got begins? The line of that is drawn two pixels shorter."""
    return abs(sum(mark) / 2 - (got[0] - 2)) < 3


def wrong_in_lane(lane, wanted):
    words, ticks, has_window = wanted
    if lane["words"] != words:
        return "words"
    if len(lane["ticks"]) != ticks or not all(any(a - 3 < tick[0] and tick[1] < b + 3 for a, b in lane["free"])
                                              for tick in lane["ticks"]):
        return "ticks"
    if lane["many"] != ("4089" in words):
        return "bar"
    if len(lane["window"]) != has_window or not all(b - a >= 6 for a, b in lane["window"]):
        return "window"
    if has_window and not all(lane["window"][0][0] - 3 < tick[0] and tick[1] < lane["window"][0][1] + 3
                              for tick in lane["ticks"]):
        return "a tick outside of the window"
    if words.startswith("resize"):
        return "" if lane["signs"] == ("to be" in words) and len(lane["freed"]) == ("freed" in words) else "resize"
    if len(lane["taken"]) != len(lane["ours"]) or not all(map(is_begun, lane["taken"], lane["ours"])):
        return "what was taken"
    differs = len(lane["theirs"]) > 0 and lane["theirs"] != lane["ours"]
    return "" if len(lane["other"]) == differs and all(map(is_begun, lane["other"], lane["theirs"])) else "what differs"


def look_at_requests(chrome, name):
    """Words, window, placements and marks, at both widths; the colours aren't looked at."""
    wanted, wrong, seen = dict(ASKED), [], 0
    rows = chrome.find_elements(By.CLASS_NAME, "row")
    for before, row in zip(rows, rows[1:]):
        lane = row.find_elements(By.CSS_SELECTOR, ".lane")
        text = chrome.execute_script("return arguments[0].querySelector('.op').firstChild.data.replace(/^\\d+ +/, '')", row)
        key = next((key for key in wanted if (text + " ").startswith(key.strip() + " ")), None)
        if len(lane) != (key is not None) and name != "request-2-1":
            wrong.append(("lane", text))
        if key is None:
            continue
        seen += 1
        what = wrong_in_lane(chrome.execute_script(LANE, row, before), wanted.pop(key))
        if what:
            wrong.append((what, text, chrome.execute_script(LANE, row, before)))
    if name == "request-2-26" and wanted:
        wrong.append(("not seen", list(wanted)))
    lane = chrome.find_element(By.CSS_SELECTOR, ".row.differs .lane")
    ActionChains(chrome).move_to_element(lane).perform()
    said, label = text_of(chrome, "span"), lane.get_attribute("aria-label")
    result(said == label and re.match(r"\d+ pages|claim|resize", said) is not None, f"{name}: hovering says it", [said, label])
    why = chrome.find_element(By.CSS_SELECTOR, ".row.differs .why").text
    result(wrong == [], f"{name}: what is asked for is drawn", [seen, wrong[:2]])
    result(why == WRONG[name] and "\n  " + why + "\n" in chrome.find_element(By.ID, "details").text,
           f"{name}: what would have been right is said", why)


def look_at_answers(chrome, name):
    """An answer where both were asked, and only there."""
    wrong = []
    for row in chrome.find_elements(By.CLASS_NAME, "row"):
        text = row.find_element(By.CLASS_NAME, "op").text
        operation = re.match(r"\d+ +(\w+)", text)
        said = [e.text for e in row.find_elements(By.CSS_SELECTOR, ".said:not(.asked)")]
        asked = operation is not None and operation.group(1) in "amcrfsgl"
        if (" = " in said[0]) != asked and not (asked and operation.group(1) in "sgl"):
            wrong.append((text, said))
    result(wrong == [], f"{name}: an answer stands where both were asked", wrong[:2])


def look_at_evidence(chrome, name):
    """What the candidate wrote, which file it is, and every departure: the first drawn, the others listed."""
    details = text_of(chrome, "details")
    said = ["    " + line in details for line in ("line 4", "?[1m<b> ]]> & ??", "the last")]
    result(all(said) and "    line 3\n" not in details, f"{name}: its last words are there", details[:600])
    with open(WORK + "/my plug's.so", "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    origin = text_of(chrome, "origin")
    result(origin.startswith("spanref ") and f"/my plug's.so, SHA-256 {sha256}\n" in origin, f"{name}: the file is named", origin)
    listed = chrome.find_elements(By.XPATH, "//h2[text()='Where else it departs']/following-sibling::div[1]//tr[td]")
    result(len(listed) == MANY - 1 and "/many/0.trace" in details.split("Where else")[0],
           f"{name}: the first departure is drawn, all others are listed", len(listed))


def look_at_reproducer(chrome, name):
    text = chrome.execute_script("return document.getElementById('reproducer').textContent")
    run = subprocess.run(["bash", "-c", text.replace("spanref ", TOOL + " ", 1)], cwd=WORK, capture_output=True, text=True)
    result(run.returncode == 1 and "departs: " in run.stdout, f"{name}: what is to be copied shows it again", run.stdout + run.stderr)
    chrome.find_element(By.XPATH, "//button[text()='copy']").click()
    try:
        said = WebDriverWait(chrome, 10).until(lambda c: c.find_elements(By.XPATH, "//button[text()='copied']"))
    except TimeoutException:
        said = []
    result(len(said) == 1, f"{name}: and is copied", said)


def look(chrome, path, width, scheme, differs):
    name = f"{os.path.basename(path)[:-5]}, {width} pixels, {scheme}"
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": WIDTHS[width], "deviceScaleFactor": 1, "mobile": width < 600})
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    chrome.get("about:blank")
    chrome.get_log("browser"), chrome.get_log("performance")
    chrome.get("file://" + path)
    said = chrome.get_log("browser")
    result(said == [] and chrome.title.startswith("spanref: "), f"{name}: loads without a word on the console", said)
    asked = re.findall(r'"url":"(?!file:|data:|about:)([^"]*)"', " ".join(e["message"] for e in chrome.get_log("performance")
                                                                  if "requestWillBeSent" in e["message"]))
    result(asked == [], f"{name}: asks for nothing else", asked)
    clipped = chrome.execute_script(CLIPPED)
    result(clipped == [], f"{name}: no text is clipped", clipped[:5])
    small = chrome.execute_script("return [...document.querySelectorAll('.lane .window')].map(e => e.getBBox().width)"
                                  ".filter(width => width < 6)")
    result(small == [], f"{name}: every window can be seen", small)
    if differs:
        seen = chrome.execute_script(IN_VIEW)
        result(all(seen), f"{name}: the first difference is on the screen", seen)
    chrome.save_screenshot(f"{path[:-5]}-{width}-{scheme}.png")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    chrome = browser()
    for path, differs in list(pictures()):
        name = os.path.basename(path)[:-5]
        result(os.path.getsize(path) < SIZE_MAX, f"{name}: small enough", os.path.getsize(path))
        ways = [(360, "light"), (1400, "dark"), (1400, "light")]
        for width, scheme in ways[2:] if name in WRONG and name != "request-2-24" else ways:
            look(chrome, path, width, scheme, differs)
        if not differs:
            continue
        look_at_marks(chrome, name)
        look_at_answers(chrome, name)
        look_at_keys(chrome, name)
        look_at_spans(chrome, name)
        if name.startswith("memory-"):
            look_at_memory(chrome, name)
        if name in WRONG:
            look_at_requests(chrome, name)
        if name == "shouts":
            look_at_evidence(chrome, name)
        if name in ("made-short", "own-addresses", "long", "shouts"):
            look_at_reproducer(chrome, name)
    chrome.quit()
    sys.exit(failed)


main()
