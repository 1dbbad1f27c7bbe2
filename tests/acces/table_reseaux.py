"""Lines of the territory and of the technical screens."""

from tests.acces.table import INEXISTANT, TOUS, Acces

#: Everyone who reads the register of schools; the chef d'établissement reads his own.
REGISTRE = "ADSIJCEPR"


#: A CIO that does not exist, in a year that may.
RIEN = (INEXISTANT, "2026-2027")


def _cio(m):
    return m.cio.pk


def _annee(m):
    return m.cio.pk, m.brouillon.annee.code


ACCES_RESEAUX = [
    Acces("reseaux:etablissements", {200: TOUS}),
    Acces("reseaux:etablissement", {200: TOUS}, {200: REGISTRE}, lambda m: m.tete.pk),
    Acces("reseaux:sectorisation", {200: "AIJ"}),
    Acces("reseaux:sectorisation_enregistrer", {302: "AIJ"}, methode="post"),
    Acces("reseaux:cios", {200: TOUS}),
    Acces("reseaux:cio", {200: TOUS}, {200: "ADSIJPR"}, _cio),
    Acces("reseaux:cio_modifier", {200: "ACE"}, {200: "A", 403: "DSIJPR"}, _cio),
    Acces("reseaux:cio_creer", {200: "A"}),
    Acces("reseaux:cio_fiche", {200: "A"}, {200: "A"}, _cio),
    Acces("reseaux:cio_fermer", {302: "A"}, {302: "A"}, _cio, "post"),
    Acces("reseaux:cio_rouvrir", {302: "A"}, {302: "A"}, _cio, "post"),
    Acces("reseaux:reseaux", {200: TOUS}),
    Acces("reseaux:reseau", {200: TOUS}, {200: "ADSIJPR"}, lambda m: m.reseau.pk),
    Acces("reseaux:carte", {200: "ADSIJCEPR"}),
    Acces("reseaux:perimetre", {200: "ADSIJCEPR"}, {200: "ADSIJPR"}, _annee, inexistant=RIEN),
    Acces(
        "reseaux:etablissements_placer",
        {302: "IJCE"},
        {302: "IJ", 403: "ADSPR"},
        _annee,
        "post",
        inexistant=RIEN,
    ),
    Acces("reseaux:reseau_creer", {200: "IJCE"}, {200: "IJ", 403: "ADSPR"}, _annee, inexistant=RIEN),
    Acces("reseaux:perimetre_copier", {200: "IJCE"}, {200: "IJ", 403: "ADSPR"}, _annee, inexistant=RIEN),
    Acces(
        "reseaux:reseau_modifier",
        {200: "IJCE", 404: "H"},
        {200: "IJ", 403: "ADSPR"},
        lambda m: m.reseau_suivant.pk,
    ),
    Acces(
        "reseaux:reseau_dissoudre",
        {200: "IJCE", 404: "H"},
        {200: "IJ", 403: "ADSPR"},
        lambda m: m.reseau_suivant.pk,
    ),
    Acces("reseaux:habilitations", {200: "A"}),
    Acces("reseaux:porter_habilitation", {404: TOUS}, methode="post", du_metier=False),
    Acces("reseaux:habilitation_revoquer", {200: "A"}, {200: "A"}, lambda m: m.habilitation.pk),
    Acces("reseaux:comptes", {200: "A"}),
    Acces("reseaux:compte_creer", {200: "A"}),
    Acces("reseaux:compte", {200: "A"}, {200: "A"}, lambda m: m.dcio.utilisateur_id),
    Acces("reseaux:compte_corriger", {200: "A"}, {200: "A"}, lambda m: m.dcio.utilisateur_id),
    Acces("reseaux:habilitation_accorder", {200: "A"}, {200: "A"}, lambda m: m.dcio.utilisateur_id),
    Acces("reseaux:compte_inviter", {302: "A"}, {302: "A"}, lambda m: m.dcio.utilisateur_id, "post"),
    Acces("reseaux:compte_reinitialiser", {302: "A"}, {302: "A"}, lambda m: m.dcio.utilisateur_id, "post"),
    Acces("reseaux:compte_delier", {302: "A"}, {302: "A"}, lambda m: m.dcio.utilisateur_id, "post"),
    Acces("reseaux:compte_desactiver", {302: "A"}, {302: "A"}, lambda m: m.dcio.utilisateur_id, "post"),
    Acces("reseaux:compte_reactiver", {302: "A"}, {302: "A"}, lambda m: m.dcio.utilisateur_id, "post"),
    Acces("reseaux:importer_annuaire", {200: "A"}),
    Acces("reseaux:importer_effectifs", {200: "A"}),
    Acces("reseaux:annees", {200: "A"}),
    Acces("reseaux:annee_creer", {302: "A"}, methode="post"),
    Acces(
        "reseaux:annee_ouvrir",
        {302: "A"},
        objet=lambda m: m.brouillon.annee_id,
        methode="post",
        a_un_voisin=False,
        a_un_etranger=False,
    ),
    Acces(
        "reseaux:annee_clore",
        {302: "A"},
        objet=lambda m: m.arretee.annee_id,
        methode="post",
        a_un_voisin=False,
        a_un_etranger=False,
    ),
]
