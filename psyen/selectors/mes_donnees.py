"""Everything that the service holds about a person, who may see it and how long it is kept.

The durations are those of the page « Données personnelles »: what `socle.conservation` erases by itself,
otherwise the rule that the authority applies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from comptes.models import Utilisateur
from psyen.enums import EtatRepartition
from psyen.models import AvisRepartition, CommentaireEtablissement, PsyEN, Service
from psyen.selectors.consultations import consultations_de, lectures_par_jour
from psyen.selectors.controles import en_demi_journees, nombre
from reseaux.models import Habilitation
from socle.conservation import duree
from socle.models import Courriel, EntreeJournal, Notification, TravailDeFond

SOI = "Vous"
ADMINISTRATION = f"{SOI} et l’administrateur de l’académie"
DUREE_SERVICE = "L’année scolaire et les cinq suivantes, puis par décision de l’académie"
DUREE_JOURNAL = "Aussi longtemps que le service : ni modifiable ni effaçable"
LECTEURS_DE_LA_FICHE = (
    f"{SOI} ; le DCIO et le secrétaire de votre CIO ; le DASEN, le secrétaire général, l’IEN-IO et son "
    "adjoint ; l’administrateur"
)
LECTEURS_DU_SERVICE = (
    f"{LECTEURS_DE_LA_FICHE} ; chaque chef d’établissement pour son seul établissement : votre nom et vos "
    "demi-journées ; vos collègues du réseau : votre nom seul"
)
LECTEURS_DES_LECTURES = f"{SOI}, en nombre ; chaque personne consultée, pour ce qui la concerne"
LECTEURS_DU_JOURNAL = (
    f"{SOI} ; l’administrateur ; l’IEN-IO et le secrétaire général pour leur département ; ceux qui ouvrent "
    "la page de l’objet, dans son historique"
)


@dataclass(frozen=True)
class Rubrique:
    """One kind of data: what is held, who may see it, for how long."""

    titre: str
    lignes: list[tuple[str, str]]
    visible_par: str
    duree: str
    #: How many there are in all, when the page shows the latest only.
    total: int


def lire_mes_donnees(utilisateur: Utilisateur, limite: int | None = None) -> list[Rubrique]:
    """By kind; `limite` cuts the lists that grow (journal, mails), the spreadsheet has them whole."""
    psyen = PsyEN.objects.filter(utilisateur=utilisateur).first()
    habilitations = Habilitation.objects.filter(utilisateur=utilisateur).pour_perimetre()
    hats = list(habilitations.order_by("date_debut", "pk"))
    rubriques = [
        _rubrique("Compte", _compte(utilisateur), ADMINISTRATION, _duree_du_compte()),
        _rubrique("Habilitations", map(_habilitation, hats), ADMINISTRATION, _duree_du_compte()),
    ]
    if psyen:
        rubriques += _fiche(psyen)
    paroles = _paroles(utilisateur)
    if paroles:
        lecteurs = (
            f"{SOI} ; le DCIO et le secrétaire du CIO ; le DASEN, le secrétaire général, l’IEN-IO et son "
            "adjoint ; l’administrateur, une fois la répartition arrêtée"
        )
        rubriques.append(
            _rubrique("Avis et commentaires que vous avez écrits", paroles, lecteurs, DUREE_SERVICE)
        )
    return rubriques + _traces(utilisateur, psyen, hats, limite)


def _rubrique(titre: str, lignes: Iterable[tuple[str, str]], visible_par: str, duree: str) -> Rubrique:
    toutes = list(lignes)
    return Rubrique(titre, toutes, visible_par, duree, len(toutes))


def _compte(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    return [
        ("Nom", utilisateur.nom),
        ("Prénom", utilisateur.prenom),
        ("Adresse électronique", utilisateur.courriel),
        ("Compte ouvert le", _instant(utilisateur.cree_le)),
        ("Dernière connexion", _instant(utilisateur.last_login)),
        ("Mot de passe", "Conservé sous une forme chiffrée que personne ne peut lire"),
    ]


def _habilitation(habilitation: Habilitation) -> tuple[str, str]:
    revocation = habilitation.revoquee_le and f", révoquée le {_instant(habilitation.revoquee_le)}"
    return str(habilitation), _periode(habilitation.date_debut, habilitation.date_fin) + (revocation or "")


def _fiche(psyen: PsyEN) -> list[Rubrique]:
    """The PsyEN file: identity, attachments, services proposed or arrêtés."""
    identite = [
        ("Nom", psyen.nom),
        ("Prénom", psyen.prenom),
        ("Courriel professionnel", psyen.courriel),
        ("Téléphone professionnel", psyen.telephone or "–"),
        ("Statut", psyen.get_statut_display()),
    ]
    rattachements = [
        (str(r.cio), f"{_periode(r.date_debut, r.date_fin)}, quotité {nombre(r.quotite)} %")
        for r in psyen.rattachements.select_related("cio").order_by("date_debut", "pk")
    ]
    # A draft is the DCIO's working paper; what is proposed or decided about someone is shown to him.
    services = (
        Service.objects.filter(psyen=psyen)
        .exclude(repartition__etat=EtatRepartition.BROUILLON)
        .select_related("repartition__cio", "repartition__annee", "reseau")
        .prefetch_related("affectations__etablissement")
        .order_by("-repartition__annee__debut", "-repartition__version", "pk")
    )
    return [
        _rubrique("Fiche de PsyEN", identite, LECTEURS_DE_LA_FICHE, DUREE_SERVICE),
        _rubrique("Rattachements à un CIO", rattachements, LECTEURS_DE_LA_FICHE, DUREE_SERVICE),
        _rubrique("Services et établissements", map(_service, services), LECTEURS_DU_SERVICE, DUREE_SERVICE),
    ]


def _service(service: Service) -> tuple[str, str]:
    repartition = service.repartition
    lieux = [f"{repartition.cio} : {en_demi_journees(service.demi_journees_cio)}"]
    lieux += [
        f"{a.etablissement} : {en_demi_journees(a.demi_journees)} ({a.get_modalite_display()})"
        for a in sorted(service.affectations.all(), key=lambda a: (str(a.etablissement), a.pk))
    ]
    reseau = f", réseau principal : {service.reseau}" if service.reseau else ""
    quand = (
        f"{repartition.annee}, version {repartition.version} ({repartition.get_etat_display()}), "
        f"effet au {repartition.date_effet:%d/%m/%Y}"
    )
    quotite = f"quotité {nombre(service.quotite)} %, capacité {nombre(service.capacite)}{reseau}"
    return quand, " ; ".join([*lieux, quotite])


def _paroles(utilisateur: Utilisateur) -> list[tuple[str, str]]:
    avis = AvisRepartition.objects.filter(auteur=utilisateur).select_related(
        "repartition__cio", "repartition__annee"
    )
    commentaires = CommentaireEtablissement.objects.filter(auteur=utilisateur).select_related(
        "repartition__cio", "repartition__annee"
    )
    return [
        (f"{_instant(a.donne_le)}, {a.repartition}", f"Avis {a.get_sens_display()}. {a.texte}".strip())
        for a in avis.order_by("-donne_le", "-pk")
    ] + [
        (f"{_instant(c.donne_le)}, {c.repartition}", c.texte)
        for c in commentaires.order_by("-donne_le", "-pk")
    ]


# --- What the service notes by itself ----------------------------------------------------------------


def _traces(
    utilisateur: Utilisateur, psyen: PsyEN | None, hats: list[Habilitation], limite: int | None
) -> list[Rubrique]:
    adresses = {utilisateur.courriel} | ({psyen.courriel} if psyen else set())
    courriels = Courriel.objects.filter(Q(utilisateur=utilisateur) | Q(destinataire__in=adresses))
    faits = EntreeJournal.objects.filter(auteur=utilisateur)
    subis = EntreeJournal.objects.filter(_concernant(utilisateur, psyen, hats)).exclude(auteur=utilisateur)
    travaux = TravailDeFond.objects.filter(proprietaire=utilisateur)
    notifications = Notification.objects.filter(utilisateur=utilisateur)
    compte = f"{notifications.count()}, dont {notifications.non_lues().count()} non lues"
    return [
        _coupee(
            "Courriels que le service vous a adressés",
            courriels.defer("corps_texte", "corps_html").order_by("-cree_le", "-pk"),
            lambda c: (_instant(c.cree_le), f"{c.objet} ({c.libelle_etat})"),
            (ADMINISTRATION, f"Le texte, {duree('courriels')} après l’envoi ; l’objet et la date restent"),
            limite,
        ),
        _rubrique(
            "Notifications", [("Nombre", compte)], SOI, f"{_phrase('notifications')} après leur lecture"
        ),
        _coupee(
            "Actes que vous avez faits",
            faits.order_by("-id"),
            _entree,
            (LECTEURS_DU_JOURNAL, DUREE_JOURNAL),
            limite,
        ),
        _coupee(
            "Actes qui vous concernent",
            subis.order_by("-id"),
            _entree,
            (LECTEURS_DU_JOURNAL, DUREE_JOURNAL),
            limite,
        ),
        _coupee(
            "Exports et imports que vous avez lancés",
            travaux.order_by("-id"),
            lambda t: (_instant(t.cree_le), f"{t.titre} ({t.get_etat_display()})"),
            (SOI, f"{_phrase('travaux')} après la demande, fichier compris"),
            limite,
        ),
        _lue(
            "Qui a consulté vos données",
            consultations_de(utilisateur, psyen, limite),
            SOI,
        ),
        _lue(
            "Ce que vous avez consulté sur d’autres personnes",
            lectures_par_jour(utilisateur, limite),
            LECTEURS_DES_LECTURES,
        ),
    ]


def _lue(titre: str, lues: tuple[list[tuple[str, str]], int], visible_par: str) -> Rubrique:
    lignes, total = lues
    return Rubrique(titre, lignes, visible_par, _phrase("consultations"), total)


def _duree_du_compte() -> str:
    return f"{_phrase('comptes')} après la dernière habilitation, par décision de l’académie"


def _phrase(nom: str) -> str:
    """« Un an », at the head of a sentence."""
    mots = duree(nom)
    return mots[0].upper() + mots[1:]


def _concernant(utilisateur: Utilisateur, psyen: PsyEN | None, hats: list[Habilitation]) -> Q:
    """Acts on one's account, habilitations, PsyEN file and attachments."""
    objets: list[Model] = [utilisateur, *hats]
    if psyen:
        objets += [psyen, *psyen.rattachements.order_by("pk")]
    cles: dict[type[Model], list[str]] = {}
    for objet in objets:
        # Not `type(objet)`: the user of a request is a lazy proxy.
        cles.setdefault(objet._meta.model, []).append(str(objet.pk))
    condition = Q()
    for modele, pks in cles.items():
        condition |= Q(objet_type=ContentType.objects.get_for_model(modele), objet_id__in=pks)
    return condition


def _entree(entree: EntreeJournal) -> tuple[str, str]:
    qualite = f" ({entree.habilitation_libelle})" if entree.habilitation_libelle else ""
    return _instant(entree.le), f"{entree.libelle} : {entree.objet_libelle}{qualite}"


def _coupee(titre: str, objets: QuerySet, ligne, visible: tuple[str, str], limite: int | None) -> Rubrique:
    montres = objets[:limite] if limite else objets.iterator(2000)
    lignes = [ligne(objet) for objet in montres]
    return Rubrique(titre, lignes, *visible, objets.count() if limite else len(lignes))


def _instant(instant: dt.datetime | None) -> str:
    return f"{timezone.localtime(instant):%d/%m/%Y à %H:%M}" if instant else "–"


def _periode(debut: dt.date, fin: dt.date | None) -> str:
    return f"du {debut:%d/%m/%Y} au {fin:%d/%m/%Y}" if fin else f"depuis le {debut:%d/%m/%Y}"


def en_donnees(utilisateur: Utilisateur, rubriques: Iterable[Rubrique]) -> dict[str, Any]:
    """For a machine (RGPD, article 20): the same, as plain values."""
    return {
        "service": "Réseaux CIO",
        "responsable_du_traitement": settings.ORGANISME["autorite"],
        "personne": {"nom": utilisateur.nom, "prenom": utilisateur.prenom, "courriel": utilisateur.courriel},
        "etabli_le": timezone.localtime().isoformat(timespec="seconds"),
        "rubriques": [
            {
                "titre": rubrique.titre,
                "visible_par": rubrique.visible_par,
                "duree": rubrique.duree,
                "donnees": [{"donnee": donnee, "valeur": valeur} for donnee, valeur in rubrique.lignes],
            }
            for rubrique in rubriques
        ],
    }
