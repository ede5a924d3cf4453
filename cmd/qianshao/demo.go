package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"qianshao/cmd/qianshao/demo"
	"qianshao/config/county"
	"qianshao/config/engine/docs"
	"qianshao/frontend"
	"qianshao/handlers/account"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/notify/outcome"
	"qianshao/triage/cases"
	"qianshao/triage/cases/disposal"
)

// demoPassword opens every account of the demonstration; the pages and the terminal show it.
const demoPassword = "yanshi-qianshao-2026" //nolint:gosec // G101: it is meant to be read

type demoMember struct {
	login, name string
	role        cases.Role
	unit        string
}

// demoStaff is somebody for every role, every town and every department that leads a route or stands above one.
func demoStaff(p *county.Profile) []demoMember {
	all := []demoMember{
		{"admin", "管理员", cases.Admin, ""},
		{"anwei", "安委办值班员", cases.Duty, county.DutyDesk},
		{"rexian", "热线接线员", cases.Operator, county.DutyDesk},
		{"heding", "奖励核定员", cases.Handler, "emergency"}, // who proposes may not approve: the unit needs two
		{"jiangli", "奖励经办员", cases.RewardOff, "emergency"},
		{"caizheng", "奖励付款员", cases.Finance, "county_gov"},
		{"shenji", "奖励审计员", cases.Auditor, county.DutyDesk},
		{"xuanchuan", "宣传干事", cases.Publicity, county.DutyDesk},
		{"fuhe", "宣传复核员", cases.Publicity, county.DutyDesk},
	}
	for _, town := range p.Towns {
		all = append(all, demoMember{town.ID, town.Name + "经办人", cases.Handler, county.TownUnit(town.Code)})
	}
	seen := map[string]bool{county.DutyDesk: true, "town": true}
	add := func(unit string) {
		if !seen[unit] {
			seen[unit] = true
			all = append(all, demoMember{unit, p.UnitName(unit) + "经办人", cases.Handler, unit})
		}
	}
	for _, route := range p.Matrix {
		add(route.Lead)
	}
	for _, u := range p.Units {
		if u.Superior != "" {
			add(u.Superior)
		}
	}
	return all
}

// demoAccounts makes the accounts that are missing and lists them all for the sign-in page.
func (a *app) demoAccounts(ctx context.Context) ([]frontend.DemoAccount, error) {
	existing, err := a.accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, m := range existing {
		have[m.Login] = true
	}
	var shown []frontend.DemoAccount
	for _, m := range demoStaff(a.profile) {
		shown = append(shown, frontend.DemoAccount{Login: m.login, Password: demoPassword, What: m.name})
		if have[m.login] {
			continue
		}
		_, link, err := a.accounts.Add(ctx, account.NewStaff{Login: m.login, Name: m.name, Role: m.role, Unit: m.unit})
		if err != nil {
			return nil, fmt.Errorf("demo account %s: %w", m.login, err)
		}
		if err := a.accounts.SetPassword(ctx, link, demoPassword); err != nil {
			return nil, fmt.Errorf("demo account %s: %w", m.login, err)
		}
	}
	return shown, nil
}

// demoDuty is at the duty desk of the demonstration.
var demoDuty = cases.Actor{ID: "anwei", Name: "安委办值班员", Role: cases.Duty, Unit: county.DutyDesk}

// prepareDemo tells the invented numbers and lives through what lies behind the demonstration; true says that its tips are to be sent. No
// worker may run yet: by its clock, everything of that past is late.
func (a *app) prepareDemo(ctx context.Context, w io.Writer) (bool, error) {
	n, err := a.cases.Count(ctx, demoDuty, cases.All)
	if n > 0 || err != nil {
		return false, err
	}
	if a.profile.Code != demo.County {
		_, err := fmt.Fprintf(w, "演示线索是方山县的，和 %s 的资料对不上，这次不送。\n", a.profile.Name)
		return false, err
	}
	told, _, err := a.outcomes.List(ctx, outcome.Filter{}, "", 1)
	if len(told) > 0 || err != nil { // it was stopped before the tips were sent
		return err == nil, err
	}
	if _, err := a.demoAccounts(ctx); err != nil {
		return false, err
	}
	// First, because a month that was counted is never counted again.
	if err := a.numbers.Tell(ctx, demo.Impact(), demo.Months(a.profile)...); err != nil {
		return false, err
	}
	if err := a.remember(ctx); err != nil {
		return false, fmt.Errorf("what lies behind the demonstration: %w", err)
	}
	return true, nil
}

// demonstrate sends the invented tips through the intake, waits for the worker, and lets the invented staff work on some of them. The tips' days lie in the past,
// so that the desk shows clocks in every state.
func (a *app) demonstrate(ctx context.Context, w io.Writer) error {
	tips, err := demo.Tips()
	if err != nil {
		return err
	}
	ids := make([]intake.TipID, len(tips))
	for i, tip := range tips {
		if ids[i], err = a.submitDemo(ctx, tip, uint64(i)); err != nil {
			return demoError(ctx, i, err)
		}
	}
	for i, tip := range tips {
		c, err := a.awaitCase(ctx, ids[i])
		if err != nil {
			return demoError(ctx, i, err)
		}
		if err := a.workDemo(ctx, demoDuty, c, tip); err != nil {
			return demoError(ctx, i, err)
		}
	}
	_, err = fmt.Fprintf(w, "演示线索 %d 条已经送进去了。\n", len(tips))
	return err
}

// demoError is nil when the process is only being stopped.
func demoError(ctx context.Context, i int, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("demo tip %d: %w", i+1, err)
}

// submitDemo sends one tip as a resident's form would, with a clock that stands in the past.
func (a *app) submitDemo(ctx context.Context, tip demo.Tip, seed uint64) (intake.TipID, error) {
	// Every tip comes at some hour of its day.
	at := a.now().Add(-time.Duration(tip.Day)*24*time.Hour - time.Duration(seed*37%300)*time.Minute)
	in, err := a.newIntake(ctx, a.tasks, func() time.Time { return at })
	if err != nil {
		return "", err
	}
	draft := in.NewDraft()
	sub := intake.Submission{Reward: seed%3 == 0, Report: intake.Report{
		Emergency: tip.Urgent, Signs: tip.Signs, Sites: tip.Sites, Village: tip.Village, Where: tip.Where, Words: tip.Text,
		Now: a.profile.Now[int(seed)%len(a.profile.Now)].ID, Channel: "demo",
	}}
	if v, ok := a.profile.Village(tip.Village); ok {
		sub.Report.Town = v.Town
	}
	for i, scene := range tip.Photos {
		raw, err := demo.Picture(scene, seed*10+uint64(i))
		if err != nil {
			return "", err
		}
		staged, err := in.Stage(ctx, draft, intake.Photo, bytes.NewReader(raw))
		if err != nil {
			return "", err
		}
		sub.Staged = append(sub.Staged, staged.Token)
	}
	if _, err := in.Submit(ctx, draft, sub); err != nil {
		return "", err
	}
	return draft.Tip(), nil
}

// awaitCase waits until the worker has routed the tip.
func (a *app) awaitCase(ctx context.Context, id intake.TipID) (cases.Case, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(2 * time.Minute)
	for {
		c, err := a.cases.ByTip(ctx, id)
		if !errors.Is(err, docs.ErrNotFound) {
			return c, err
		}
		select {
		case <-tick.C:
		case <-limit:
			return c, errors.New("the worker did not route the tip in two minutes")
		case <-ctx.Done():
			return c, ctx.Err()
		}
	}
}

// workDemo lets the unit in charge do what the tip's "done" asks for, step by step through the real actions.
func (a *app) workDemo(ctx context.Context, duty cases.Actor, c cases.Case, tip demo.Tip) error {
	actor := duty
	for _, m := range demoStaff(a.profile) {
		if m.role == cases.Handler && m.unit == c.Lead {
			actor = cases.Actor{ID: m.login, Name: m.name, Role: m.role, Unit: m.unit}
		}
	}
	steps := []struct {
		upTo   []string
		action cases.Action
		note   string
		record *disposal.Form
	}{
		{[]string{"signed", "looked", "true", "unclear", "close"}, cases.Sign, "", nil},
		{[]string{"looked", "true", "unclear", "close"}, cases.Look, "两人到现场外围看过，情况与线索大致相符。", nil},
		{[]string{"true", "close"}, cases.Register, "", demo.Survey(a.profile, a.now(), tip.Where)},
		{[]string{"true", "unclear", "close"}, cases.Conclude, "现场核查记录已入卷。", nil},
		{[]string{"close"}, cases.Dispose, "", nil},
		{[]string{"close"}, cases.Register, "", demo.Clearance(a.profile, a.now())},
		{[]string{"close"}, cases.Finish, "设备、原料都清走了，厂房清完了。", nil},
		{[]string{"close"}, cases.Close, "处置完毕，照片和文书已入卷。", nil},
	}
	for _, step := range steps {
		if !slices.Contains(step.upTo, tip.Done) {
			continue
		}
		in := cases.Input{Version: c.Version, Note: step.note, Outcome: cases.State(tip.Outcome), Record: step.record}
		next, err := a.cases.Do(ctx, actor, c.ID, step.action, in)
		if err != nil && len(fault.All(err)) == 0 {
			return err
		}
		if err != nil {
			return nil // the case was joined to one that stands elsewhere: leave it there
		}
		c = next
		if step.action == cases.Look && tip.Done == "close" {
			raw, err := demo.Picture("drums", uint64(len(c.ID)))
			if err != nil {
				return err
			}
			if _, err := a.scene.Add(ctx, actor, c.ID, bytes.NewReader(raw)); err != nil {
				return err
			}
		}
	}
	if tip.Reply == "" {
		return nil
	}
	_, err := a.cases.Write(ctx, actor, c.ID, cases.Writing{Action: cases.Write, Key: "demo", Version: c.Version, Text: tip.Reply, Ends: tip.Outcome != ""})
	if len(fault.All(err)) > 0 {
		return nil // as above
	}
	return err // the worker delivers it
}
