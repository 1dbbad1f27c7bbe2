"""Lines of the PsyEN, the répartitions and the arrêtés."""

from socle.models import Notification
from socle.travaux import lancer_travail
from tests.acces.monde import Monde
from tests.acces.table import INEXISTANT, TOUS, Acces

#: Who reads what is proposed in the département: the draft stays with its CIO.
LECTEURS = "ADSIJCE"
DEPARTEMENT = "DSIJ"


def _psyen(m: Monde) -> int:
    return m.psyen.pk


def _rattachement(m: Monde) -> tuple[int, int]:
    return m.psyen.pk, m.psyen.rattachements.get().pk


def _brouillon(m: Monde) -> int:
    return m.brouillon.pk


def _proposee(m: Monde) -> int:
    return m.proposee.pk


def _arrete(m: Monde) -> int:
    return m.arrete.pk


def _travail(m: Monde) -> int:
    return lancer_travail(
        perimetre=m.dcio, genre="reseaux.import_annuaire", titre=f"Travail de {m.cio}", parametres={}
    ).pk


def _notification(m: Monde) -> int:
    return Notification.objects.filter(utilisateur=m.dasen.utilisateur).order_by("pk")[0].pk


ACCES_PSYEN = [
    Acces("psyen:psyens", {200: "ADSIJCE"}),
    Acces("psyen:psyen_creer", {200: "ACE"}),
    Acces("psyen:importer_psyen", {200: "ACE"}),
    Acces(
        "psyen:modele_psyen",
        {200: "ACE"},
        objet=lambda m: "csv",
        inexistant=("pdf",),
        a_un_voisin=False,
        a_un_etranger=False,
    ),
    Acces("psyen:psyen", {200: "ADSIJCEP", 404: "R"}, {200: "ADSIJ"}, _psyen),
    Acces("psyen:psyen_modifier", {200: "ACE", 404: "R"}, {200: "A", 403: DEPARTEMENT}, _psyen),
    Acces("psyen:psyen_compte", {302: "A", 404: "R"}, {302: "A", 403: DEPARTEMENT}, _psyen, "post"),
    Acces("psyen:rattachement_creer", {200: "ACE", 404: "R"}, {200: "A", 403: DEPARTEMENT}, _psyen),
    Acces(
        "psyen:rattachement_corriger",
        {200: "ACE", 404: "R"},
        {200: "A", 403: DEPARTEMENT},
        _rattachement,
        inexistant=(INEXISTANT, INEXISTANT),
    ),
    Acces("psyen:indicateurs", {200: "ADSIJCE"}),
    # --- répartitions -----------------------------------------------------------------------------
    Acces("psyen:repartitions", {200: LECTEURS}),
    Acces("psyen:affectations", {200: LECTEURS}),
    Acces("psyen:repartition", {200: LECTEURS}, {200: "ADSIJ"}, lambda m: m.arretee.pk, sinon=404),
    Acces("psyen:preparer", {200: "CE"}),
    Acces("psyen:repartition_ouvrir", {302: "CE"}, methode="post"),
    Acces("psyen:repartition_grille", {200: "CE"}, objet=_brouillon, sinon=404),
    Acces("psyen:repartition_controler", {200: "CE"}, {}, _brouillon, "post", sinon=404),
    Acces("psyen:affecter", {200: "CE"}, objet=_brouillon, sinon=404),
    Acces("psyen:repartition_proposer", {200: "C", 403: "E"}, objet=_brouillon, sinon=404),
    Acces("psyen:repartition_date_effet", {302: "CE"}, {}, _brouillon, "post", sinon=404),
    Acces("psyen:repartition_actualiser", {302: "CE"}, {}, _brouillon, "post", sinon=404),
    Acces("psyen:repartition_supprimer", {302: "CE"}, {}, _brouillon, "post", sinon=404),
    Acces("psyen:repartition_reprendre", {403: "CE"}, {}, _brouillon, "post", sinon=404),
    Acces("psyen:repartition_retirer", {302: "C", 403: "DSIJE"}, {403: "DSIJ"}, _proposee, "post", sinon=404),
    # --- the decision -----------------------------------------------------------------------------
    Acces("psyen:a_decider", {200: "DSIJ"}),
    Acces("psyen:arreter", {302: "D"}, methode="post"),
    Acces("psyen:projet", {200: "DSIJCE"}, {200: "DSIJ"}, _proposee, sinon=404),
    Acces("psyen:renvoyer", {200: "D", 403: "SIJCE"}, {200: "D", 403: "SIJ"}, _proposee),
    Acces("psyen:avis", {200: "IJ", 403: "DSCE"}, {200: "IJ", 403: "DS"}, _proposee),
    Acces("psyen:arretes", {200: "ADSIJCE"}),
    Acces("psyen:modeles_arrete", {302: "ASI"}),
    Acces(
        "psyen:modele_arrete",
        {200: "ASI"},
        objet=lambda m: m.departement.code,
        inexistant=("999",),
        a_un_voisin=False,
    ),
    Acces("psyen:arrete", {200: "ADSIJCE"}, {200: "ADSIJ"}, _arrete),
    Acces("psyen:arrete_document", {200: "ADSIJCE"}, {200: "ADSIJ"}, _arrete),
    Acces("psyen:arrete_extrait", {200: "PH"}, {}, _arrete),
    # --- everyone's own page ----------------------------------------------------------------------
    Acces("psyen:mon_cio", {200: "CE"}),
    Acces("psyen:mon_psyen", {200: "H"}),
    Acces("psyen:commenter", {200: "H"}, {}, _proposee, "post"),
    Acces("psyen:ma_semaine", {200: "P"}),
    Acces("psyen:mes_donnees", {200: TOUS}, du_metier=False),
    # --- long jobs: the owner's only --------------------------------------------------------------
    Acces("socle:travail", {}, {}, _travail, sinon=404, du_metier=False),
    Acces("socle:travail_etat", {}, {}, _travail, sinon=404, du_metier=False),
    Acces("socle:travail_resultat", {}, {}, _travail, sinon=404, du_metier=False),
    Acces(
        "socle:notification_lire",
        {},
        {},
        _notification,
        "post",
        sinon=404,
        du_metier=False,
    ),
]
