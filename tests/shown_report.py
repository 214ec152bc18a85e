"""What a page that is shown has drawn, and what a person does with it."""
from browser import browser
from report_runs import points, read, report

DRAWN = "name => report.panels.get(name).chart.curves.map(curve => [curve.label, [...curve.xs], [...curve.ys]])"


def offline_page(chromium):
    """A window without network, and the list of what is said on its console."""
    context = chromium.new_context()
    context.set_offline(True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def drawn(page, name):
    """label -> [(x, y)] of what a chart shows now."""
    page.wait_for_function("name => { const panel = report.panels.get(name); return panel && panel.chart; }", arg=name)
    page.wait_for_timeout(150)
    return {label: list(zip(xs, ys)) for label, xs, ys in page.evaluate(DRAWN, name)}


def choose(page, text):
    page.get_by_text(text, exact=True).first.click()


def assert_drawn(folder, *metrics):
    """The page has a curve of each of these for all runs, with an empty console."""
    report(folder, "-o", folder.parent / "report.html")
    with browser() as chromium:
        page, said = offline_page(chromium)
        page.goto((folder.parent / "report.html").as_uri())
        if page.locator("#curves").is_visible():
            page.locator("#curves").get_by_text("runs").click()
        for metric in metrics:
            page.locator("#search").fill(metric)
            page.wait_for_function("name => report.panels.get(name)?.chart", arg=metric)
            curves = page.evaluate(
                "name => report.panels.get(name).chart.curves.map(curve => [[...curve.xs], [...curve.ys]])", metric)
            expected = [points(found, metric) for found in read(folder)[0] if metric in found.series]
            assert sorted(list(zip(*curve)) for curve in curves) == sorted(expected)
        assert said == []
