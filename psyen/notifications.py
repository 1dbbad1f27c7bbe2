"""Who is told what about a répartition: in the application, and by mail through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from comptes.enums import Role
from comptes.models import Utilisateur
from psyen.models import Arrete, AvisRepartition, CommentaireEtablissement, PsyEN, Repartition
from psyen.permissions import ROLES_AVIS
from psyen.selectors.concernes import Concernes, concernes, etablissements_concernes
from psyen.selectors.envois import cle_d_envoi
from psyen.selectors.grille import construire_grilles
from reseaux.models import Etablissement, Habilitation
from reseaux.perimetre import ROLES_CIO
from socle.courriels import mettre_en_file
from socle.notifications import notifier

# --- Before the decision ---------------------------------------------------------------------------


def annoncer_proposition(repartition: Repartition) -> None:
    """The DASEN has something to decide, the IEN-IO an opinion to give, the chefs a word to say."""
    texte = f"{repartition.cio} : répartition {repartition.annee} proposée (version {repartition.version})."
    direction = _du_departement(repartition, (Role.DASEN, *ROLES_AVIS))
    _notifier(direction, texte, _lien(repartition))
    for habilitation in direction:
        _ecrire(
            "psyen/courriels/proposition",
            # A proposal returned and made again is announced again.
            cle=f"psyen.proposition:{repartition.pk}:{repartition.proposee_le:%Y%m%d%H%M%S%f}",
            habilitation=habilitation,
            repartition=repartition,
            decide=habilitation.role == Role.DASEN,
            lien=_absolue(reverse("psyen:a_decider")),
        )
    chefs = Habilitation.objects.en_vigueur().filter(
        role=Role.CHEF_ETABLISSEMENT, etablissement__in=etablissements_concernes(repartition)
    )
    texte = f"{repartition.cio} : une proposition concerne votre établissement, vous pouvez la commenter."
    _notifier(chefs.select_related("utilisateur").order_by("pk"), texte, reverse("psyen:mon_psyen"))


def annoncer_retrait(repartition: Repartition) -> None:
    """What was to be decided no longer is."""
    texte = f"{repartition.cio} : la proposition {repartition.annee} est retirée par le DCIO."
    _notifier(_du_departement(repartition, (Role.DASEN, *ROLES_AVIS)), texte, reverse("psyen:a_decider"))


def annoncer_avis(avis: AvisRepartition) -> None:
    """The CIO and the DASEN learn the opinion."""
    repartition = avis.repartition
    texte = f"{repartition.cio} : avis {avis.get_sens_display()} sur la répartition proposée."
    _notifier(_du_cio(repartition), texte, _lien(repartition))
    _notifier(_du_departement(repartition, (Role.DASEN,)), texte, _lien(repartition))


def annoncer_commentaire(commentaire: CommentaireEtablissement) -> None:
    """The CIO learns what a school says of its lines."""
    texte = f"{commentaire.etablissement} a commenté la répartition proposée."
    _notifier(_du_cio(commentaire.repartition), texte, _lien(commentaire.repartition))


def annoncer_renvoi(repartition: Repartition) -> None:
    """The CIO has to correct; the DCIO gets the reason by mail."""
    cio = _du_cio(repartition)
    texte = f"{repartition.cio} : la répartition {repartition.annee} vous est renvoyée."
    _notifier(cio, texte, _lien(repartition))
    for habilitation in cio:
        if habilitation.role == Role.DCIO:
            _ecrire(
                "psyen/courriels/renvoi",
                cle=f"psyen.renvoi:{repartition.pk}:{repartition.decidee_le:%Y%m%d%H%M%S%f}",
                habilitation=habilitation,
                repartition=repartition,
                lien=_absolue(_lien(repartition)),
            )


def annoncer_decision(arrete: Arrete) -> None:
    """The CIO knows that it is decided."""
    texte = f"{arrete.repartition.cio} : {arrete} est pris."
    _notifier(_du_cio(arrete.repartition), texte, reverse("psyen:arrete", args=[arrete.pk]))


# --- The arrêté, to each one concerned, once ---------------------------------------------------------


def annoncer_arrete(arrete: Arrete) -> None:
    """A mail to each PsyEN and each school concerned, to the DCIO and the secrétaire of the CIO.

    One per address, whatever happens (`cle`); each reads his own half-days only.
    """
    repartition = arrete.repartition
    versions = [r for r in (repartition, repartition.derivee_de) if r]
    grilles = construire_grilles(versions)
    avant = grilles[repartition.derivee_de_id] if repartition.derivee_de_id else None
    vises = concernes(grilles[repartition.pk], avant)
    _ecrire_aux_psyens(arrete, vises)
    _ecrire_aux_ecoles(arrete, vises)
    for habilitation in _du_cio(repartition):
        _ecrire_arrete(
            arrete,
            "psyen/courriels/arrete_cio",
            habilitation.utilisateur.courriel,
            habilitation.utilisateur,
            lien=_absolue(reverse("psyen:arrete", args=[arrete.pk])),
            nombre_psyens=len(vises.semaines),
            nombre_ecoles=len(vises.presences),
        )


def _ecrire_aux_psyens(arrete: Arrete, vises: Concernes) -> None:
    url = reverse("psyen:ma_semaine")
    texte = f"{arrete} : votre service à compter du {arrete.repartition.date_effet:%d/%m/%Y}."
    psyens = PsyEN.objects.filter(pk__in=vises.semaines).select_related("utilisateur").order_by("pk")
    for psyen in psyens:
        if psyen.utilisateur:
            notifier(utilisateur=psyen.utilisateur, texte=texte, url=url, cle=f"psyen.arrete:{arrete.pk}")
        _ecrire_arrete(
            arrete,
            "psyen/courriels/arrete_psyen",
            psyen.courriel,
            psyen.utilisateur,
            lien=_absolue(url),
            presences=vises.semaines[psyen.pk],
        )


def _ecrire_aux_ecoles(arrete: Arrete, vises: Concernes) -> None:
    """The chefs who have a habilitation in force, otherwise the address of the school."""
    url = reverse("psyen:mon_psyen")
    texte = f"{arrete} : vos PsyEN à compter du {arrete.repartition.date_effet:%d/%m/%Y}."
    chefs: dict[int | None, list[Habilitation]] = {}
    habilitations = Habilitation.objects.en_vigueur().filter(
        role=Role.CHEF_ETABLISSEMENT, etablissement__in=vises.presences
    )
    for habilitation in habilitations.select_related("utilisateur").order_by("pk"):
        chefs.setdefault(habilitation.etablissement_id, []).append(habilitation)
    for ecole in Etablissement.objects.filter(pk__in=vises.presences).order_by("pk"):
        adresses: list[tuple[str, Utilisateur | None]] = [
            (h.utilisateur.courriel, h.utilisateur) for h in chefs.get(ecole.pk, [])
        ]
        _notifier(chefs.get(ecole.pk, []), texte, url, cle=f"psyen.arrete:{arrete.pk}:{ecole.pk}")
        for adresse, personne in adresses or [(ecole.courriel, None)]:
            _ecrire_arrete(
                arrete,
                "psyen/courriels/arrete_etablissement",
                adresse,
                personne,
                lien=_absolue(url),
                etablissement=ecole,
                presences=vises.presences[ecole.pk],
            )


def _ecrire_arrete(arrete: Arrete, modele: str, adresse: str, personne: Any, **contexte: Any) -> None:
    repartition = arrete.repartition
    mettre_en_file(
        cle=cle_d_envoi(arrete.pk, adresse),
        destinataire=adresse,
        utilisateur=personne,
        modele=modele,
        contexte={"arrete": arrete, "repartition": repartition, "cio": repartition.cio, **contexte},
    )


# --- Whom, how ---------------------------------------------------------------------------------------


def _lien(repartition: Repartition) -> str:
    return reverse("psyen:repartition", args=[repartition.pk])


def _absolue(chemin: str) -> str:
    return f"{settings.ADRESSE_PUBLIQUE}{chemin}"


def _du_departement(repartition: Repartition, roles: tuple[str, ...]) -> list[Habilitation]:
    habilitations = Habilitation.objects.en_vigueur().filter(
        departement=repartition.cio.departement_id, role__in=roles
    )
    return list(habilitations.select_related("utilisateur").order_by("pk"))


def _du_cio(repartition: Repartition) -> list[Habilitation]:
    """Those of the CIO; for an antenne, those of the CIO it depends on too."""
    habilitations = Habilitation.objects.en_vigueur().filter(
        cio__in=(repartition.cio_id, repartition.cio.parent_id or repartition.cio_id), role__in=ROLES_CIO
    )
    return list(habilitations.select_related("utilisateur").order_by("pk"))


def _notifier(habilitations: Iterable[Habilitation], texte: str, url: str, cle: str = "") -> None:
    """Each person once, whatever the number of hats."""
    for personne in {h.utilisateur_id: h.utilisateur for h in habilitations}.values():
        notifier(utilisateur=personne, texte=texte, url=url, cle=cle)


def _ecrire(modele: str, *, cle: str, habilitation: Habilitation, **contexte: Any) -> None:
    personne = habilitation.utilisateur
    mettre_en_file(
        cle=f"{cle}:{personne.courriel}"[:200],
        destinataire=personne.courriel,
        utilisateur=personne,
        modele=modele,
        contexte=contexte,
    )
