package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"qianshao/config"
	"qianshao/config/county"
	"qianshao/config/engine"
	"qianshao/frontend"
	"qianshao/handlers"
	"qianshao/handlers/account"
	"qianshao/intake"
	"qianshao/intake/custody"
	"qianshao/intake/fault"
	"qianshao/intake/gateway"
	"qianshao/intake/vault"
	"qianshao/notify/answers"
	"qianshao/notify/contacts"
	"qianshao/notify/delivery"
	"qianshao/notify/numbers"
	"qianshao/notify/outcome"
	"qianshao/notify/reward"
	"qianshao/triage"
	"qianshao/triage/cases"
	"qianshao/triage/clamd"
	"qianshao/triage/draws"
	"qianshao/triage/figures"
	"qianshao/triage/ledger"
	"qianshao/triage/media"
	"qianshao/triage/places"
	"qianshao/triage/scene"
)

// app is everything a process may need, wired. Nothing runs yet.
type app struct {
	cfg      *config.Config
	log      *slog.Logger
	now      func() time.Time
	profile  *county.Profile
	engines  *engine.Engines
	vault    *vault.Vault
	custody  *custody.Log
	rewards  *reward.Service
	tasks    *triage.Tasks
	intake   *intake.Service
	cases    *cases.Service
	answers  *answers.Service
	places   *places.Service
	ledger   *ledger.Service
	figures  *figures.Service
	draws    *draws.Service
	triage   *triage.Service
	delivery *delivery.Service
	scene    *scene.Service
	outcomes *outcome.Service
	numbers  *numbers.Service
	gateways *gateway.Service
	accounts *account.Service
	site     *frontend.Site
	metrics  *handlers.Metrics
}

// openApp opens the engines and builds the rooms from the bottom to the top.
func openApp(ctx context.Context, cfg *config.Config, log *slog.Logger, now func() time.Time) (a *app, err error) {
	a = &app{cfg: cfg, log: log, now: now}
	if a.profile, err = loadProfile(cfg); err != nil {
		return nil, err
	}
	book, err := contacts.Load(cfg.Channels, a.profile, now)
	if err != nil {
		return nil, err
	}
	if a.vault, err = openVault(cfg); err != nil {
		return nil, err
	}
	if a.site, err = frontend.New(fault.DefaultLang); err != nil {
		return nil, err
	}
	if a.engines, err = engine.Open(ctx, cfg, log); err != nil {
		return nil, err
	}
	a.metrics = handlers.NewMetrics(a.engines)
	engines := a.engines // a is nil when a step below fails
	defer func() {
		if err != nil {
			err = errors.Join(err, engines.Close())
		}
	}()
	if err = sameKey(ctx, a.engines.Docs, a.vault); err != nil {
		return nil, err
	}
	if a.custody, err = custody.Open(ctx, a.engines.Docs, a.vault, now); err != nil {
		return nil, err
	}
	if a.rewards, err = reward.New(ctx, reward.Deps{Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Now: now}); err != nil {
		return nil, err
	}
	a.tasks = triage.NewTasks(a.engines.Queue)
	if a.intake, err = a.newIntake(ctx, a.tasks, now); err != nil {
		return nil, err
	}
	a.cases, err = cases.New(ctx, cases.Deps{Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Now: now})
	if err != nil {
		return nil, err
	}
	a.delivery, err = delivery.New(ctx, delivery.Deps{
		Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Cases: a.cases, Profile: a.profile, Book: book, Every: cfg.SweepEvery, Now: now, Log: log,
	})
	if err != nil {
		return nil, err
	}
	a.cases.Courier = a.delivery // nobody sweeps yet
	a.places, err = places.New(ctx, places.Deps{
		Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Cases: a.cases, Geocoder: a.geocoder(), Now: now,
	})
	if err != nil {
		return nil, err
	}
	a.answers, err = answers.New(ctx, answers.Deps{
		Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Cases: a.cases, Intake: a.intake, Places: a.places,
	})
	if err != nil {
		return nil, err
	}
	a.ledger, err = ledger.New(ctx, ledger.Deps{
		Docs: a.engines.Docs, Blobs: a.engines.Blobs, Queue: a.engines.Queue, Vault: a.vault, Custody: a.custody, Profile: a.profile, Cases: a.cases, Places: a.places, Now: now,
		Paid: a.rewards,
	})
	if err != nil {
		return nil, err
	}
	if a.figures, err = figures.New(ctx, figures.Deps{Docs: a.engines.Docs, Cases: a.cases, Profile: a.profile, Every: cfg.SweepEvery, Now: now}); err != nil {
		return nil, err
	}
	a.draws, err = draws.New(ctx, draws.Deps{Docs: a.engines.Docs, Cases: a.cases, Vault: a.vault, Custody: a.custody, Profile: a.profile, Now: now})
	if err != nil {
		return nil, err
	}
	command, err := child()
	if err != nil {
		return nil, err
	}
	var scanner triage.Scanner
	if cfg.Clamd != "" {
		scanner = clamd.New(cfg.Clamd)
	}
	a.scene, err = scene.New(ctx, scene.Deps{
		Docs: a.engines.Docs, Blobs: a.engines.Blobs, Vault: a.vault, Custody: a.custody, Cases: a.cases, Scanner: scanner, Now: now, MaxBytes: int64(cfg.MaxPhotoMB) << 20,
		Reader: media.New(media.Options{Limits: media.Limits{Bytes: int64(cfg.MaxPhotoMB) << 20}, Now: now, Zone: a.profile.Zone, Child: command}),
	})
	if err != nil {
		return nil, err
	}
	if a.numbers, err = numbers.New(ctx, numbers.Deps{Docs: a.engines.Docs, Cases: a.cases, Profile: a.profile, Payments: a.rewards, Opinions: opinions{a.answers}, Now: now}); err != nil {
		return nil, err
	}
	if a.gateways, err = gateway.New(ctx, gateway.Deps{Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Now: now}); err != nil {
		return nil, err
	}
	every := time.Hour
	if cfg.Demo { // nobody waits so long for an invented case
		every = 0
	}
	a.outcomes, err = outcome.New(ctx, outcome.Deps{
		Docs: a.engines.Docs, Blobs: a.engines.Blobs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Intake: a.intake, Cases: a.cases, Scene: a.scene, Every: every, Now: now,
	})
	if err != nil {
		return nil, err
	}
	a.triage, err = triage.New(ctx, triage.Deps{
		Docs: a.engines.Docs, Queue: a.engines.Queue, Intake: a.intake, Cases: a.cases, Vault: a.vault, Profile: a.profile, Scanner: scanner, Places: a.places,
		Figures: a.figures,
		Workers: cfg.Workers, SweepEvery: cfg.SweepEvery, Now: now, Log: log, Child: command,
		Jobs:   map[string]triage.Job{ledger.Prefix: a.ledger},
		Sweeps: map[string]func(context.Context) (int, error){"dialogues looked after": a.answers.Sweep, "outcomes drafted or published": a.outcomes.Sweep, "months counted for the public": a.numbers.Sweep},
	})
	if err != nil {
		return nil, err
	}
	a.answers.Readings = a.triage // nobody answers yet
	a.accounts, err = account.New(ctx, account.Deps{Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Now: now})
	return a, err
}

// opinions tells the public numbers how people rated what they were told.
type opinions struct{ answers *answers.Service }

func (o opinions) Content(ctx context.Context) (content, answered int, err error) {
	n, err := o.answers.Satisfaction(ctx)
	return int(n.Pleased), int(n.Pleased + n.Fair + n.Unhappy), err
}

// newIntake makes the intake; the demonstration makes others whose clock stands in the past.
func (a *app) newIntake(ctx context.Context, announce intake.Announcer, now func() time.Time) (*intake.Service, error) {
	return intake.New(ctx, intake.Deps{
		Docs: a.engines.Docs, Blobs: a.engines.Blobs, Vault: a.vault, Custody: a.custody, Profile: a.profile,
		Announce: announce, Claims: a.rewards, Now: now, Log: a.log,
		MaxPhoto: int64(a.cfg.MaxPhotoMB) << 20, MaxVoice: int64(a.cfg.MaxVoiceMB) << 20,
		MaxVideo: int64(a.cfg.MaxVideoMB) << 20, Recordings: triage.NewInspector(a.profile.Evidence),
	})
}

// handler makes the pages.
func (a *app) handler(demo []frontend.DemoAccount) (http.Handler, error) {
	return handlers.New(handlers.Deps{
		Config: a.cfg, Profile: a.profile, Site: a.site, Engines: a.engines, Intake: a.intake, Cases: a.cases, Places: a.places, Triage: a.triage, Scene: a.scene, Ledger: a.ledger, Figures: a.figures, Draws: a.draws, Rewards: a.rewards, Outcomes: a.outcomes, Numbers: a.numbers, Gateways: a.gateways, Delivery: a.delivery, Answers: a.answers,
		Custody: a.custody, Vault: a.vault, Accounts: a.accounts, Metrics: a.metrics, Log: a.log, Now: a.now, Demo: demo,
	})
}

// close releases what openApp opened; what cannot be closed is only worth a line in the log.
func (a *app) close() {
	if err := errors.Join(a.triage.Close(), a.ledger.Close(), a.tasks.Close(), a.engines.Close()); err != nil {
		a.log.Error("close engines", "err", err)
	}
}

// openVault takes the keys from the settings, or from the data folder, where the first start makes them.
func openVault(cfg *config.Config) (*vault.Vault, error) {
	keys := filepath.Join(cfg.Data, "keys")
	key, err := platformKey(cfg, keys)
	if err != nil {
		return nil, fmt.Errorf("platform key: %w", err)
	}
	officer := cfg.OfficerRecipient
	if officer == "" {
		if officer, err = vault.LoadOrCreateOfficer(keys); err != nil {
			return nil, fmt.Errorf("officer key: %w", err)
		}
	}
	return vault.New(key, officer)
}
