"""The browser is at work: the sign-in page in a real Chromium, without a script or style refused."""


def test_la_page_de_connexion_s_ouvre(navigateur):
    page = navigateur()
    page.goto("/")
    assert page.url.split("?")[0].endswith("/connexion/")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("h1").count() == 1
