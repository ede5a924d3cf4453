package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"qianshao/cmd/qianshao/demo"
	"qianshao/config/county"
	"qianshao/intake"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
	"qianshao/triage/media"
	"qianshao/triage/scene"
)

// past lives through what lies behind the demonstration: real services, with a clock that stands where it is put.
type past struct {
	app              *app
	at               time.Time
	intake           *intake.Service
	cases            *cases.Service
	scene            *scene.Service
	outcomes         *outcome.Service
	writer, approver cases.Actor
}

// unannounced keeps the worker from opening a case by today's clock: its sweep comes by later, and finds the case.
type unannounced struct{}

func (unannounced) TipStored(context.Context, intake.TipID) error { return nil }

func (a *app) newPast(ctx context.Context) (*past, error) {
	d := &past{app: a}
	now := func() time.Time { return d.at }
	staff, err := a.accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range staff {
		switch m.Login {
		case "xuanchuan":
			d.writer = m.Actor()
		case "fuhe":
			d.approver = m.Actor()
		}
	}
	if d.intake, err = a.newIntake(ctx, unannounced{}, now); err != nil {
		return nil, err
	}
	if d.cases, err = cases.New(ctx, cases.Deps{Docs: a.engines.Docs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Now: now}); err != nil {
		return nil, err
	}
	command, err := child()
	if err != nil {
		return nil, err
	}
	limit := int64(a.cfg.MaxPhotoMB) << 20
	d.scene, err = scene.New(ctx, scene.Deps{Docs: a.engines.Docs, Blobs: a.engines.Blobs, Vault: a.vault, Custody: a.custody, Cases: d.cases, Now: now, MaxBytes: limit,
		Reader: media.New(media.Options{Limits: media.Limits{Bytes: limit}, Now: now, Zone: a.profile.Zone, Child: command})})
	if err != nil {
		return nil, err
	}
	d.outcomes, err = outcome.New(ctx, outcome.Deps{
		Docs: a.engines.Docs, Blobs: a.engines.Blobs, Vault: a.vault, Custody: a.custody, Profile: a.profile, Intake: d.intake, Cases: d.cases, Scene: d.scene, Now: now,
	})
	return d, err
}

// remember lives through the matters that were closed before the demonstration began.
func (a *app) remember(ctx context.Context) error {
	matters, err := demo.Matters()
	if err != nil {
		return err
	}
	for i := range matters {
		d, err := a.newPast(ctx) // the clock of one never goes back
		if err == nil {
			err = d.live(ctx, &matters[i])
		}
		if err != nil {
			return fmt.Errorf("matter %d: %w", i+1, err)
		}
	}
	return nil
}

func (d *past) live(ctx context.Context, m *demo.Matter) error {
	k, err := d.work(ctx, m)
	if err != nil {
		return err
	}
	return d.tell(ctx, m, k.ID)
}

// on puts the clock on the morning of a day of a matter, counted from its tip.
func (d *past) on(m *demo.Matter, day int) {
	d.at = d.app.profile.Day(d.app.now()).AddDate(0, 0, day-m.Day).Add(10 * time.Hour)
}

// work brings a matter from the tip over the closing to its look-backs.
func (d *past) work(ctx context.Context, m *demo.Matter) (k cases.Case, err error) {
	p := d.app.profile
	d.on(m, 0)
	village, _ := p.Village(m.Village)
	draft := d.intake.NewDraft()
	if _, err = d.intake.Submit(ctx, draft, intake.Submission{Report: intake.Report{Town: village.Town, Village: m.Village, Where: m.Where, Words: m.Text, Channel: "demo"}}); err != nil {
		return k, err
	}
	town := county.TownUnit(village.Town)
	k, err = d.cases.Open(ctx, cases.Opening{Tip: draft.Tip(), Received: d.at, Place: cases.Place{Town: village.Town, Village: m.Village}, Categories: []string{m.Category}, Priority: "P2",
		Lead: m.Lead, Co: []string{town}, Sees: []string{m.Lead, town, county.DutyDesk}, Rule: "demo"})
	if err != nil {
		return k, err
	}
	lead := cases.Actor{ID: m.Lead, Name: p.UnitName(m.Lead) + "经办人", Role: cases.Handler, Unit: m.Lead}
	by := lead
	do := func(day int, act cases.Action, in cases.Input) {
		if err == nil {
			d.on(m, day)
			in.Version = k.Version
			k, err = d.cases.Do(ctx, by, k.ID, act, in)
		}
	}
	record := func(day int, act cases.Action, form func(*county.Profile, time.Time) *disposal.Form) {
		d.on(m, day)
		do(day, act, cases.Input{Record: form(p, d.at)})
	}
	do(1, cases.Sign, cases.Input{})
	if err == nil {
		err = d.photograph(ctx, lead, k.ID, m)
	}
	do(2, cases.Look, cases.Input{Note: "两人到现场外围看过，情况与线索大致相符。"})
	record(3, cases.Register, func(p *county.Profile, now time.Time) *disposal.Form { return demo.Survey(p, now, m.Where) })
	do(3, cases.Conclude, cases.Input{Outcome: cases.True, Note: "现场核查记录已入卷。"})
	if err == nil {
		k, err = d.cases.Write(ctx, lead, k.ID, cases.Writing{Action: cases.Write, Key: "demo", Version: k.Version, Text: m.Reply, Ends: true})
	}
	do(3, cases.Dispose, cases.Input{})
	for _, what := range m.Cut {
		record(4, cases.Register, func(p *county.Profile, now time.Time) *disposal.Form { return demo.Cutoff(p, now, what) })
	}
	record(3+demo.ClearedAfter, cases.Register, demo.Clearance)
	if m.Fine > 0 {
		record(3+demo.ClearedAfter, cases.Register, func(p *county.Profile, now time.Time) *disposal.Form { return demo.Penalty(p, now, m.Fine) })
	}
	do(3+demo.ClearedAfter, cases.Finish, cases.Input{Note: "设备、原料都清走了，厂房清完了。"})
	do(3+demo.ClearedAfter, cases.Close, cases.Input{Note: "处置完毕，照片和文书已入卷。"})
	for i, day := range []int{10, 33, 93} { // a week, a month and three months after the stop
		if err != nil || day > m.Day {
			break
		}
		d.on(m, day)
		if _, err = d.cases.Sweep(ctx); err == nil { // it asks for the look-back
			k, err = d.cases.ByID(ctx, k.ID)
		}
		record(day, cases.LookBack, func(p *county.Profile, now time.Time) *disposal.Form { return demo.Visit(p, now, i+1, m.Cut) })
		if i > 0 {
			continue
		}
		for _, unit := range []cases.Actor{lead, {ID: town, Name: p.UnitName(town) + "经办人", Role: cases.Handler, Unit: town}, {ID: "anwei", Name: "安委办值班员", Role: cases.Duty, Unit: county.DutyDesk}} {
			by = unit
			do(day+1, cases.Strike, cases.Input{Note: "回头看过，一切正常，同意销号。"})
		}
		by = lead
	}
	return k, err
}

func (d *past) photograph(ctx context.Context, lead cases.Actor, id string, m *demo.Matter) error {
	raw, err := demo.Picture(m.Photo, uint64(m.Day))
	if err != nil {
		return err
	}
	_, err = d.scene.Add(ctx, lead, id, bytes.NewReader(raw))
	return err
}

// tell brings what is published of a matter to everybody, or as far as the person who is to approve it. Whoever writes marks it as invented.
func (d *past) tell(ctx context.Context, m *demo.Matter, id string) error {
	d.on(m, 20)
	if _, err := d.outcomes.Sweep(ctx); err != nil {
		return err
	}
	drafts, _, err := d.outcomes.Page(ctx, d.writer, outcome.Draft, "")
	if err != nil {
		return err
	}
	for _, it := range drafts {
		if it.Outcome.Case == id {
			return d.publish(ctx, m, it)
		}
	}
	return fmt.Errorf("nothing was drafted")
}

func (d *past) publish(ctx context.Context, m *demo.Matter, it outcome.Item) error {
	o, text := it.Outcome, it.Content.Machine
	photos, err := d.outcomes.Scenes(ctx, d.writer, o.ID)
	if err != nil {
		return err
	}
	step := func(f func() (outcome.Outcome, error)) {
		if err == nil {
			o, err = f()
		}
	}
	step(func() (outcome.Outcome, error) {
		return d.outcomes.Save(ctx, d.writer, o.ID, o.Version, outcome.Text{Title: "（演示）" + text.Title, Text: text.Text + "\n这是演示，事情是编的。"})
	})
	for _, photo := range photos {
		step(func() (outcome.Outcome, error) { return d.outcomes.AddPhoto(ctx, d.writer, o.ID, o.Version, photo) })
		step(func() (outcome.Outcome, error) {
			return d.outcomes.Confirm(ctx, d.writer, o.ID, o.Version, o.Photos[len(o.Photos)-1].Burnt)
		})
	}
	step(func() (outcome.Outcome, error) { return d.outcomes.Send(ctx, d.writer, o.ID, o.Version) })
	if err != nil || m.Waits {
		return err
	}
	d.on(m, 22)
	step(func() (outcome.Outcome, error) {
		return d.outcomes.Approve(ctx, d.approver, o.ID, o.Version, nil)
	})
	if err != nil {
		return err
	}
	d.at = o.Due
	_, err = d.outcomes.Sweep(ctx)
	return err
}
