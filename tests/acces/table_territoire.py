"""Lines of the territory (shared by a département, the Région included) and of the fiches de poste."""

from missions.models import (
    ActionDeTerritoire,
    ActionExternalisable,
    BiblioLab,
    Convention,
    FicheDePoste,
    Partenaire,
)
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, TOUS, Acces
from tests.missions.factories_territoire import (
    creer_action_de_territoire,
    creer_biblio_lab,
    creer_convention,
    creer_externalisable,
    creer_fiche,
    creer_partenaire,
)


def action_de_territoire_de(m: Monde) -> int:
    trouvee = ActionDeTerritoire.objects.filter(cio=m.cio).order_by("pk").first()
    return (trouvee or creer_action_de_territoire(cio=m.cio)).pk


def externalisable_de(m: Monde) -> int:
    trouvee = ActionExternalisable.objects.filter(cio=m.cio).order_by("pk").first()
    return (trouvee or creer_externalisable(cio=m.cio)).pk


def biblio_lab_de(m: Monde) -> int:
    trouve = BiblioLab.objects.filter(etablissement=m.tete).order_by("pk").first()
    return (trouve or creer_biblio_lab(m.tete)).pk


def partenaire_de(m: Monde) -> int:
    """One that no convention names."""
    trouve = Partenaire.objects.filter(departement=m.departement, conventions=None).order_by("pk").first()
    return (trouve or creer_partenaire(departement=m.departement)).pk


def convention_de(m: Monde) -> int:
    trouvee = Convention.objects.filter(departement=m.departement).order_by("pk").first()
    return (trouvee or creer_convention(departement=m.departement)).pk


def projet_de(m: Monde) -> int:
    trouvee = FicheDePoste.objects.filter(cio=m.cio, validee_le=None).order_by("pk").first()
    return (trouvee or creer_fiche(cio=m.cio, validee_le=None)).pk


def fiche_de(m: Monde) -> int:
    trouvee = FicheDePoste.objects.filter(cio=m.cio, validee_le__isnull=False).order_by("pk").first()
    return (trouvee or creer_fiche(cio=m.cio)).pk


def _lue(url: str, objet) -> Acces:
    """Territorial information: the whole département reads it."""
    return Acces(url, {200: TOUS}, {200: TOUS}, objet)


def _ecrite(url: str, objet, ici: str, a_cote: str, *, geste: str = "") -> Acces:
    """`ici` write their own, `a_cote` the neighbour's; the others read it only. A gesture is posted."""
    code = 302 if geste else 200
    propre = {code: ici}
    voisin = {code: a_cote, 403: "".join(lettre for lettre in TOUS if lettre not in a_cote)}
    if geste:
        inexistant = (INEXISTANT, geste)
        return Acces(url, propre, voisin, lambda m: (objet(m), geste), "post", inexistant=inexistant)
    return Acces(url, propre, voisin, objet)


ACCES_TERRITOIRE = [
    Acces("missions:territoire", {200: TOUS}),
    Acces("missions:action_de_territoire_creer", {200: "IJCE"}),
    _lue("missions:action_de_territoire", action_de_territoire_de),
    _ecrite("missions:action_de_territoire_modifier", action_de_territoire_de, "IJCE", "IJ"),
    _ecrite("missions:action_de_territoire_realiser", action_de_territoire_de, "IJCE", "IJ"),
    _ecrite("missions:action_de_territoire_geste", action_de_territoire_de, "IJCE", "IJ", geste="annuler"),
    Acces("missions:externalisables", {200: TOUS}),
    Acces("missions:externalisable_creer", {200: "IJCE"}),
    _lue("missions:externalisable", externalisable_de),
    _ecrite("missions:externalisable_modifier", externalisable_de, "IJCE", "IJ"),
    _ecrite("missions:externalisable_geste", externalisable_de, "IJCE", "IJ", geste="retirer"),
    Acces("missions:biblio_labs", {200: TOUS}),
    Acces("missions:biblio_lab_creer", {200: "IJH"}),
    _lue("missions:biblio_lab", biblio_lab_de),
    _ecrite("missions:biblio_lab_modifier", biblio_lab_de, "IJH", "IJ"),
    Acces("missions:partenaires", {200: TOUS}),
    Acces("missions:partenaire_creer", {200: "IJCER"}),
    _lue("missions:partenaire", partenaire_de),
    _ecrite("missions:partenaire_modifier", partenaire_de, "IJCER", "IJCER"),
    Acces(
        "missions:partenaire_supprimer",
        {302: "IJCER"},
        {302: "IJCER", 403: "ADSPH"},
        partenaire_de,
        "post",
    ),
    Acces("missions:conventions", {200: TOUS}),
    Acces("missions:convention_creer", {200: "SIJ"}),
    _lue("missions:convention", convention_de),
    _ecrite("missions:convention_modifier", convention_de, "SIJ", "SIJ"),
    # --- fiches de poste: a secrétaire reads her own only, which is none of these
    Acces("missions:fiches_de_poste", {200: "DSIJCE"}),
    Acces("missions:fiche_de_poste_preparer", {200: "C"}),
    Acces("missions:fiche_de_poste", {200: "DSIJC", 404: "E"}, {200: "DSIJ"}, fiche_de),
    Acces("missions:fiche_de_poste_pdf", {200: "DSIJC", 404: "E"}, {200: "DSIJ"}, fiche_de),
    Acces("missions:fiche_de_poste_modifier", {200: "C", 404: "E"}, {403: "DSIJ"}, projet_de),
    Acces("missions:fiche_de_poste_valider", {200: "C", 404: "E"}, {403: "DSIJ"}, projet_de),
    Acces("missions:fiche_de_poste_clore", {200: "C", 404: "E"}, {403: "DSIJ"}, fiche_de),
    Acces(
        "missions:fiche_de_poste_supprimer",
        {302: "C", 403: "DSIJ"},
        {403: "DSIJ"},
        projet_de,
        "post",
        sinon=404,
    ),
]
