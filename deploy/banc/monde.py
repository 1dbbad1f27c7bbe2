"""The people of the load test: twenty-five in each département, of all roles, with what they read and write.

An address that a page links to and a form that a page shows: nothing here that the product does not offer.
"""

import datetime as dt
import os

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from banc.management.commands.epreuve import connecter
from banc.plans import remplir_plans
from comptes.enums import Role
from comptes.models import Utilisateur
from planning.enums import EtatAction, GenreReunion
from planning.models import Action, Commentaire, Reunion
from planning.services.plans import charger_objectifs
from planning.services.reunions import convoquer_reunion
from psyen.enums import EtatRepartition
from psyen.models import Affectation, CommentaireEtablissement, PsyEN, Repartition, Service
from psyen.selectors.controles import nombre
from reseaux.models import Departement, Habilitation
from reseaux.perimetre import Perimetre

PAR_DEPARTEMENT = 25
CIOS, PSYENS_PAR_CIO, CHEFS, SECRETAIRES = 5, 2, 4, 2
#: Starts what is written by the test, and nothing else.
MARQUE = "Charge "
#: Weights of the pages: what one opens all day, what one opens now and then.
SOUVENT, PARFOIS, RAREMENT = 10, 3, 0.3
#: Role → (name of the page, url name, parameters, weight).
LECTURES = {
    Role.DCIO: [
        ("mon CIO", "psyen:mon_cio", "", SOUVENT),
        ("répartitions", "psyen:repartitions", "", PARFOIS),
        ("PsyEN", "psyen:psyens", "", PARFOIS),
        ("réseaux", "reseaux:reseaux", "", PARFOIS),
        ("missions par autorité", "missions:autorites", "", PARFOIS),
        ("affectations, CSV", "psyen:affectations", "", RAREMENT),
    ],
    Role.SECRETAIRE_CIO: [
        ("mon CIO", "psyen:mon_cio", "", SOUVENT),
        ("PsyEN", "psyen:psyens", "", PARFOIS),
        ("PsyEN, CSV", "psyen:psyens", "?format=csv", RAREMENT),
        ("PsyEN, XLSX", "psyen:psyens", "?format=xlsx", RAREMENT),
    ],
    Role.PSYEN: [
        ("ma semaine", "psyen:ma_semaine", "", SOUVENT),
        ("mes missions", "missions:mes_missions", "", PARFOIS),
        ("mes données", "psyen:mes_donnees", "", PARFOIS),
    ],
    Role.CHEF_ETABLISSEMENT: [
        ("mon PsyEN", "psyen:mon_psyen", "", SOUVENT),
        ("missions dans mon établissement", "missions:mon_etablissement", "", PARFOIS),
    ],
    Role.DASEN: [
        ("à décider", "psyen:a_decider", "", SOUVENT),
        ("répartitions", "psyen:repartitions", "", PARFOIS),
        ("arrêtés", "psyen:arretes", "", PARFOIS),
    ],
    Role.SG: [
        ("mes échéances", "planning:mes_echeances", "", SOUVENT),
        ("actions, XLSX", "planning:actions", "?format=xlsx", RAREMENT),
    ],
    Role.IEN_IO: [
        ("à décider", "psyen:a_decider", "", PARFOIS),
        ("matrice", "missions:matrice", "", PARFOIS),
        ("campagnes", "evaluation:campagnes", "", PARFOIS),
    ],
    Role.ADJOINT_IEN_IO: [("mes échéances", "planning:mes_echeances", "", SOUVENT)],
    Role.CHARGE_MISSION_REGION: [("carte des réseaux", "reseaux:carte", "", PARFOIS)],
    Role.ADMIN: [
        ("comptes", "reseaux:comptes", "", SOUVENT),
        ("journal", "socle:journal", "", PARFOIS),
        ("établissements, CSV", "reseaux:etablissements", "?format=csv", RAREMENT),
        ("affectations, CSV", "psyen:affectations", "", RAREMENT),
    ],
}
#: Everybody's.
COMMUNES = [("plan de travail", "planning:tableau_de_bord", "", PARFOIS), ("aide", "aide", "", RAREMENT)]
#: Those who read the schools of a territory.
LISTE = ("établissements", "reseaux:etablissements", "", PARFOIS)


def preparer_monde():
    """Committed for the server; the person, the cookies and the addresses of each."""
    combien = int(os.environ["BANC_UTILISATEURS"])
    departements = Departement.objects.annotate(nombre=Count("cios")).order_by("-nombre", "pk")
    retenus = list(departements[: -(-combien // PAR_DEPARTEMENT)])
    gens = [personne for departement in retenus for personne in _Departement(departement).peupler()]
    return [personne | {"temoins": _temoins(personne["courriel"])} for personne in gens[:combien]]


def ecritures_en_base():
    """[kind, object, times written, last text]: what `verdict.verifier` compares."""
    repartitions = Repartition.objects.filter(etat=EtatRepartition.BROUILLON).order_by("pk")
    actions = Action.objects.order_by("pk").values_list("pk", "revision", "titre")
    reunions = Reunion.objects.order_by("pk").values_list("pk", "revision", "compte_rendu")
    lignes = [("grille", str(r.pk), r.revision, _au_cio(r)) for r in repartitions]
    lignes += [("action", str(pk), revision, titre) for pk, revision, titre in actions]
    lignes += [("compte rendu", str(pk), revision, texte) for pk, revision, texte in reunions]
    for genre, modele, champ in (
        ("commentaire d’une action", Commentaire, "texte"),
        ("concertation", Reunion, "titre"),
        ("commentaire du chef", CommentaireEtablissement, "texte"),
    ):
        ecrits = modele.objects.filter(**{f"{champ}__startswith": MARQUE}).order_by("pk")
        comptes = ecrits.order_by().values_list(champ).annotate(nombre=Count("pk"))
        lignes += [(genre, texte, nombre, texte) for texte, nombre in comptes]
    return lignes


def _service(repartition):
    """The week that the DCIO changes: the first full one."""
    return Service.objects.filter(repartition=repartition, quotite=100).order_by("pk").first()


def _au_cio(repartition):
    service = _service(repartition)
    return nombre(service.demi_journees_cio) if service else ""


def _temoins(courriel):
    nom = settings.SESSION_COOKIE_NAME
    return {nom: connecter(courriel).cookies[nom].value}


class _Departement:
    """Five CIO, the last of which has proposed its répartition; an open plan of forty actions."""

    def __init__(self, departement):
        self.departement = departement
        self.debut = timezone.localdate() - dt.timedelta(days=60)
        grands = departement.cios.annotate(nombre=Count("rattachements", distinct=True)).order_by(
            "-nombre", "pk"
        )
        self.cios = list(grands[:CIOS])

    def peupler(self):
        self.ien = self._ouvrir(Role.IEN_IO, departement=self.departement)
        ien = Perimetre.de(Habilitation.objects.pour_perimetre().get(pk=self.ien.pk))
        charger_objectifs(perimetre=ien, departement=self.departement)
        remplir_plans(self.departement)
        ouvertes = Action.objects.filter(plan__departement=self.departement, etat=EtatAction.OUVERTE)
        self.actions = list(ouvertes.filter(attribution=Role.DCIO.label).order_by("pk"))
        *brouillons, propose = self.cios
        gens = [self._pilote(self.ien, 0), self._pilote(self._ouvrir(Role.ADJOINT_IEN_IO), 1)]
        gens += [
            self._commentateur(self._ouvrir(role), rang) for rang, role in ((2, Role.SG), (3, Role.DASEN))
        ]
        gens += [
            self._lecteur(self._ouvrir(Role.CHARGE_MISSION_REGION)),
            self._lecteur(self._administrateur()),
        ]
        gens += [personne for cio in brouillons for personne in self._cio(cio)]
        return gens + self._cio_qui_propose(propose)

    # --- People -----------------------------------------------------------------------------------
    def _ouvrir(self, role, **territoire):
        numero = Utilisateur.objects.count()
        personne = Utilisateur.objects.create(
            courriel=f"charge{numero}@reseaux-cio.example",
            prenom="Camille",
            nom=f"Charge{numero}",
            password="!",
        )
        return Habilitation.objects.create(
            utilisateur=personne,
            role=role,
            date_debut=self.debut,
            **(territoire or {"departement": self.departement}),
        )

    def _administrateur(self):
        return self._ouvrir(Role.ADMIN, academie=self.departement.academie)

    def _lecteur(self, habilitation, *gestes):
        role = Role(habilitation.role)
        lues = [*LECTURES[role], *COMMUNES, *([] if role == Role.CHEF_ETABLISSEMENT else [LISTE])]
        return {
            "courriel": habilitation.utilisateur.courriel,
            "role": role.label,
            "lectures": [(nom, reverse(url) + parametres, poids) for nom, url, parametres, poids in lues],
            "gestes": list(gestes),
        }

    def _pilote(self, habilitation, rang):
        """Rewrites the title of an action of one's own."""
        action = self.actions[rang]
        page = reverse("planning:action_modifier", args=[action.pk])
        geste = _geste("action", action.pk, page, "", {"titre": [f"{MARQUE}{{marque}}"]})
        personne = self._lecteur(habilitation, geste)
        personne["lectures"].append(
            ("plan, PDF", reverse("planning:plan_pdf", args=[action.plan_id]), RAREMENT)
        )
        return personne

    def _commentateur(self, habilitation, rang, *autres):
        """A word on an action that several follow."""
        page = reverse("planning:action", args=[self.actions[rang % len(self.actions)].pk])
        vers = f"{page}commenter/"
        geste = _geste("commentaire d’une action", "", page, vers, {"texte": [f"{MARQUE}{{marque}}"]})
        return self._lecteur(habilitation, geste, *autres)

    def _cio(self, cio):
        """The DCIO fills his draft, the PsyEN ask for a concertation, a secrétaire writes the minutes."""
        repartition = Repartition.objects.get(cio=cio, etat=EtatRepartition.BROUILLON)
        page = reverse("psyen:repartition_grille", args=[repartition.pk])
        champ = f"i-{_service(repartition).psyen_id}"
        dcio = Habilitation.objects.select_related("utilisateur").get(cio=cio, role=Role.DCIO)
        grille = _geste("grille", repartition.pk, page, page, {champ: ["3", "4"]})
        personne = self._commentateur(dcio, cio.pk, grille)
        personne["lectures"] += [
            ("grille", page, SOUVENT),
            ("projet d’arrêté, PDF", reverse("psyen:projet", args=[repartition.pk]), RAREMENT),
        ]
        yield personne
        for psyen in PsyEN.objects.filter(rattachements__cio=cio, utilisateur=None).order_by("pk")[
            :PSYENS_PAR_CIO
        ]:
            yield self._psyen(psyen)
        if cio in self.cios[:SECRETAIRES]:
            yield self._redacteur(self._ouvrir(Role.SECRETAIRE_CIO, cio=cio), cio)

    def _psyen(self, psyen):
        habilitation = self._ouvrir(Role.PSYEN)
        PsyEN.objects.filter(pk=psyen.pk).update(utilisateur=habilitation.utilisateur)
        page = reverse("planning:concertation_demander")
        geste = _geste("concertation", "", page, "", {"titre": [f"{MARQUE}{{marque}}"]})
        return self._lecteur(habilitation, geste)

    def _redacteur(self, habilitation, cio):
        maintenant = timezone.now()
        reunion = convoquer_reunion(
            perimetre=Perimetre.systeme(),
            genre=GenreReunion.SERVICE,
            titre="Réunion du banc",
            debut=maintenant - dt.timedelta(days=2),
            fin=maintenant - dt.timedelta(days=2, hours=-1),
            cio=cio,
            departement=self.departement,
        )
        page = reverse("planning:compte_rendu", args=[reunion.pk])
        geste = _geste("compte rendu", reunion.pk, page, "", {"texte": [f"{MARQUE}{{marque}}"]})
        return self._lecteur(habilitation, geste)

    def _cio_qui_propose(self, cio):
        """The chefs d’établissement comment; the DCIO writes the minutes of his service."""
        dcio = Habilitation.objects.select_related("utilisateur").get(cio=cio, role=Role.DCIO)
        repartition = Repartition.objects.get(cio=cio, etat=EtatRepartition.BROUILLON)
        Repartition.objects.filter(pk=repartition.pk).update(
            etat=EtatRepartition.PROPOSEE,
            proposee_le=timezone.now(),
            proposee_par=dcio.utilisateur,
            proposee_en_qualite=dcio,
        )
        lignes = Affectation.objects.filter(service__repartition=repartition).order_by("etablissement")
        ecoles = lignes.values_list("etablissement", flat=True).distinct()[:CHEFS]
        chefs = [self._chef(repartition, ecole) for ecole in ecoles]
        return [self._redacteur(dcio, cio), *chefs]

    def _chef(self, repartition, ecole):
        habilitation = self._ouvrir(Role.CHEF_ETABLISSEMENT, etablissement_id=ecole)
        vers = reverse("psyen:commenter", args=[repartition.pk])
        champs = {f"c{repartition.pk}-texte": [f"{MARQUE}{{marque}}"]}
        return self._lecteur(
            habilitation, _geste("commentaire du chef", "", reverse("psyen:mon_psyen"), vers, champs)
        )


def _geste(genre, objet, page, vers, champs):
    """The form of a page: where it is, where it goes, what is typed in turn. Without an object, each text
    is one.
    """
    return {"genre": genre, "objet": str(objet), "page": page, "vers": vers, "champs": champs}
