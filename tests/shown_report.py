"""What a page that is shown has drawn, and what a person does with it."""
DRAWN = "name => report.panels.get(name).chart.curves.map(curve => [curve.label, [...curve.xs], [...curve.ys]])"


def drawn(page, name):
    """label -> [(x, y)] of what a chart shows now."""
    page.wait_for_function("name => { const panel = report.panels.get(name); return panel && panel.chart; }", arg=name)
    page.wait_for_timeout(150)
    return {label: list(zip(xs, ys)) for label, xs, ys in page.evaluate(DRAWN, name)}


def choose(page, text):
    page.get_by_text(text, exact=True).first.click()
