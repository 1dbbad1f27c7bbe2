"""Lines of the letters of mission and of the view by authority."""

from missions.models import LettreDeMission
from socle.fichiers import enregistrer_fichier
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, Acces

AUCUNE = "2020-2021"


def lettre_de(m: Monde) -> int:
    annee = m.arretee.annee
    siennes = LettreDeMission.objects.filter(psyen=m.psyen, annee=annee)
    lettre = siennes.first() or LettreDeMission.objects.create(
        psyen=m.psyen,
        cio=m.cio,
        annee=annee,
        version=1,
        fichier=enregistrer_fichier(nom="lettre.pdf", type_mime="application/pdf", contenu=b"%PDF"),
        emise_le=annee.debut,
        emise_par="Essai",
    )
    return lettre.pk


def _semaine(m: Monde) -> tuple[int, str]:
    return m.psyen.pk, m.arretee.annee.code


def _ecole(m: Monde) -> tuple[int, str]:
    return m.tete.pk, m.arretee.annee.code


ACCES_LETTRES = [
    Acces("missions:autorites", {200: "ADSIJCEH"}),
    Acces("missions:lettres", {200: "CEP"}),
    Acces("missions:lettre", {200: "CEP"}, {}, lettre_de),
    Acces("missions:lettre_projet", {200: "CE"}, {}, _semaine, inexistant=(INEXISTANT, AUCUNE)),
    Acces(
        "missions:lettre_emettre",
        {302: "C"},
        {},
        _semaine,
        "post",
        inexistant=(INEXISTANT, AUCUNE),
    ),
    Acces(
        "missions:lettres_ensemble",
        {302: "CE"},
        objet=lambda m: m.arretee.annee.code,
        methode="post",
        a_un_voisin=False,
        a_un_etranger=False,
        inexistant=(AUCUNE,),
    ),
    Acces("missions:fiche_ecole", {200: "CEH"}, {}, _ecole, inexistant=(INEXISTANT, AUCUNE)),
]
