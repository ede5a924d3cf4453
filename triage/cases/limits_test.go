package cases

import (
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
)

// An extension is neither asked for nor granted once the clock is over: the red light stays.
func TestWhatIsOverIsNotExtended(t *testing.T) {
	p := profile(t)
	lead, head := handler("emergency"), handler("emergency")
	head.ID = "s-head"
	fresh := func() Case {
		c := opened(p, opening(p), monday)
		must(t, c.try(p, lead, Sign, Input{}, monday))
		must(t, c.try(p, lead, Look, Input{}, monday))
		return c
	}
	c := fresh()
	due := c.running(StepConclude, "").Due
	if got := key(c.try(p, lead, Extend, Input{Note: "等化验结果，要多几天"}, due)); got != "desk.overdue" {
		t.Errorf("asked for when it was over: %s", got)
	}
	c = fresh()
	must(t, c.try(p, lead, Extend, Input{Note: "等化验结果，要多几天"}, due.Add(-time.Hour)))
	if got := key(c.try(p, head, Grant, Input{}, due)); got != "desk.overdue" || !c.running(StepConclude, "").Due.Equal(due) {
		t.Errorf("granted when it was over: %s", got)
	}
	must(t, c.try(p, head, Refuse, Input{Note: "时限已经过了，抓紧办"}, due))
	c = fresh()
	must(t, c.try(p, lead, Extend, Input{Note: "等化验结果，要多几天"}, due.Add(-time.Hour)))
	must(t, c.try(p, head, Grant, Input{}, due.Add(-time.Minute)))
}

// Whoever got a case hands it back within the limit of the priority, counted from when it came to them; then only the duty desk moves it.
func TestHandingBackHasALimit(t *testing.T) {
	p := profile(t)
	for priority, most := range map[string]time.Duration{"P1": 4 * time.Hour, "P2": 37*time.Hour + 30*time.Minute, "P3": 61*time.Hour + 30*time.Minute} { // a working day ends at midnight
		o := opening(p)
		o.Priority, o.Usual = priority, priority
		for ago, want := range map[time.Duration]string{-time.Minute: "<nil>", time.Minute: "desk.handback_late"} {
			c := opened(p, o, monday)
			if got := key(c.try(p, handler("emergency"), HandBack, Input{Note: "这里归生态环境管"}, monday.Add(most).Add(ago))); got != want {
				t.Errorf("%s, %v after the limit: %s, want %s", priority, ago, got, want)
			}
		}
	}
	c := opened(p, opening(p), monday)
	late := monday.AddDate(0, 0, 3)
	must(t, c.try(p, duty, Assign, Input{Unit: "market"}, late))
	must(t, c.try(p, handler("market"), HandBack, Input{Note: "这里归生态环境管"}, late.Add(3*time.Hour)))
}

// An order is answered by whom it asked, whoever leads by then; it keeps the case from being handed back, and its clock is theirs.
func TestAnOrderRemembersItsUnit(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	must(t, c.try(p, duty, Supervise, Input{Note: "说明为什么还没去看"}, monday))
	if got := key(c.try(p, lead, HandBack, Input{Note: "这里归市场监管管"}, monday)); got != "desk.supervised" {
		t.Errorf("handed back with an order: %s", got)
	}
	must(t, c.try(p, duty, Assign, Input{Unit: "market"}, monday))
	if k := c.running(StepSupervise, "s1"); c.Owner(*k) != "emergency" || !c.SeenBy(lead) || !slices.Contains(c.Terms, "owes:emergency") {
		t.Errorf("after the transfer %s is to answer, seen by %v", c.Owner(*k), c.Sees)
	}
	if got := key(c.try(p, handler("market"), Answer, Input{Note: "刚接手，还没看过"}, monday)); got != "desk.forbidden" {
		t.Errorf("the new lead answers for the former one: %s", got)
	}
	must(t, c.try(p, lead, Answer, Input{Note: "当天车坏了，已经转给市场监管"}, monday))
	if c.running(StepSupervise, "s1") != nil || c.SeenBy(lead) || c.Asked(c.Clocks[slices.IndexFunc(c.Clocks, func(k Clock) bool { return k.Step == StepSupervise })]) != "emergency" {
		t.Errorf("answered: seen by %v, %+v", c.Sees, c.Orders)
	}
	// Who is accused meanwhile sees nothing of it: the new lead answers.
	must(t, c.try(p, duty, Supervise, Input{Note: "说明为什么还没去看"}, monday))
	must(t, c.try(p, duty, Assign, Input{Unit: "ecology"}, monday))
	c.revise(p, Revision{Hidden: []string{"market"}, Lead: "ecology", Rule: "x", Priority: c.Priority}, monday)
	if c.SeenBy(handler("market")) {
		t.Error("the accused still see the case")
	}
	must(t, c.try(p, handler("ecology"), Answer, Input{Note: "已经安排人明天去看"}, monday))
}

// Whom a notice goes to, sees the case and goes on seeing it; the accused and a sealed case are let alone.
func TestWhoIsToldSees(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	c.tick(p, monday.AddDate(0, 0, 12))
	leader := handler("county_gov")
	if !slices.ContainsFunc(c.Outbox, func(n Notice) bool { return n.Unit == "county_gov" }) || !c.SeenBy(leader) || !slices.Contains(c.Terms, "sees:county_gov") {
		t.Fatalf("told, and seen by %v", c.Sees)
	}
	must(t, c.try(p, duty, Assign, Input{Unit: "market"}, monday.AddDate(0, 0, 12)))
	if !c.SeenBy(leader) {
		t.Error("a transfer takes the case from who was told of it")
	}
	for _, n := range c.Outbox {
		if !slices.Contains(c.Sees, n.Unit) && n.Unit != "emergency" {
			t.Errorf("%s was told and does not see the case", n.Unit)
		}
	}
	c.revise(p, Revision{Hidden: []string{"county_gov"}, Rule: "x", Priority: c.Priority}, monday.AddDate(0, 0, 12))
	if c.SeenBy(leader) {
		t.Error("who is accused still sees it")
	}
	o := opening(p)
	o.Sealed, o.Lead, o.Co, o.Sees = true, "discipline", nil, nil
	s := opened(p, o, monday)
	s.tick(p, monday.AddDate(0, 0, 12))
	if !slices.Equal(s.Sees, []string{"discipline"}) {
		t.Errorf("a sealed case is seen by %v", s.Sees)
	}
}

// Untrue, taken up again, true: the level above learns of it, once, and may read why.
func TestAFailedConclusionOfTheSameCaseIsTold(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	conclude := func(outcome State) {
		t.Helper()
		for _, act := range []Action{Sign, Look} {
			must(t, c.try(p, lead, act, Input{}, monday))
		}
		must(t, c.try(p, lead, Register, Input{Record: survey(p, monday)}, monday))
		must(t, c.try(p, lead, Conclude, Input{Outcome: outcome, Note: "两个人去现场看过了"}, monday))
	}
	told := func() (n int) {
		for _, o := range c.Outbox {
			if o.Kind == NoticeFailed {
				n++
			}
		}
		return n
	}
	conclude(False)
	must(t, c.try(p, lead, Close, Input{}, monday))
	must(t, c.try(p, duty, Reopen, Input{Choice: ReopenCheck, Note: "抽查发现还在干"}, monday))
	conclude(True)
	if told() != 1 || !c.SeenBy(handler("discipline")) {
		t.Errorf("told %d times, seen by %v", told(), c.Sees)
	}
}

// Who says true or untrue has been there with a second officer; who could not find out says why.
func TestAConclusionNeedsASurvey(t *testing.T) {
	p := profile(t)
	lead := handler("emergency")
	for outcome, want := range map[State]string{True: "desk.survey", False: "desk.survey", Unclear: "<nil>"} {
		c := opened(p, opening(p), monday)
		must(t, c.try(p, lead, Sign, Input{}, monday))
		must(t, c.try(p, lead, Look, Input{}, monday))
		alone := survey(p, monday)
		alone.Officers = two[:1]
		if got := key(c.try(p, lead, Register, Input{Record: alone}, monday)); got == "<nil>" {
			t.Error("a survey by one officer was taken")
		}
		if got := key(c.try(p, lead, Conclude, Input{Outcome: outcome, Note: "去了一趟，写在这里"}, monday)); got != want {
			t.Errorf("%s without a survey: %s, want %s", outcome, got, want)
		}
	}
}

// Nothing is struck off while things are held or a penalty is not decided; the sentence says what.
func TestStrikingOffNeedsEverythingSettled(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1")
	lead := handler("emergency")
	o.watched(&c)
	o.do(lead, &c, Register, Input{Record: seizure(o.Profile, o.clock())})
	o.do(lead, &c, Register, Input{Record: penalty(o.Profile, o.clock())})
	o.at(c.LookBacks[0].Ask)
	o.sweep()
	c, _ = o.ByID(t.Context(), c.ID)
	o.do(lead, &c, LookBack, Input{Record: visited(o.Profile, o.clock(), 1, "no")})
	strike := func() error {
		_, err := o.Do(t.Context(), lead, c.ID, Strike, Input{Version: c.Version})
		return err
	}
	if got := key(strike()); got != "desk.unsettled" || c.running(StepStrike, "") != nil {
		t.Fatalf("struck off with things held: %s", got)
	}
	ended := seizure(o.Profile, monday)
	ended.Seizure.Ended, ended.Seizure.Result = on(o.Profile, o.clock(), 0), "destroyed"
	o.do(lead, &c, Correct, Input{Item: "r3", Record: ended, Note: "今天都销毁了"})
	if got := key(strike()); got != "desk.unsettled" {
		t.Errorf("struck off without a decision: %s", got)
	}
	decided := penalty(o.Profile, monday)
	decided.Penalty.Decision, decided.Penalty.Decided = "方应急罚〔2026〕1号", on(o.Profile, o.clock(), 0)
	o.do(lead, &c, Correct, Input{Item: "r4", Record: decided, Note: "补上处罚决定"})
	if c.running(StepStrike, "") == nil {
		t.Error("everything is settled, and nobody is asked to agree")
	}
	o.ok(strike())
}

// While a case lies with the duty desk it is to be handed out; whoever signs accepts it; from then on who tipped hears something in time, again and again.
func TestTheClocksOfDispatchAcceptanceAndProgress(t *testing.T) {
	p := profile(t)
	has := func(c *Case, step string) bool { return c.running(step, "") != nil }
	c := opened(p, opening(p), monday)
	if has(&c, StepDispatch) || !has(&c, StepAccept) {
		t.Errorf("it came: %v", running(&c))
	}
	must(t, c.try(p, handler("emergency"), Sign, Input{}, monday))
	if has(&c, StepAccept) || !has(&c, StepProgress) {
		t.Errorf("signed: %v", running(&c))
	}
	must(t, c.try(p, handler("emergency"), HandBack, Input{Note: "这里归生态环境管"}, monday))
	if !has(&c, StepDispatch) || !has(&c, StepAccept) || has(&c, StepProgress) {
		t.Errorf("handed back: %v", running(&c))
	}
	must(t, c.try(p, duty, Assign, Input{Unit: "ecology"}, monday))
	if has(&c, StepDispatch) || !has(&c, StepAccept) {
		t.Errorf("handed out: %v", running(&c))
	}
	must(t, c.try(p, handler("ecology"), Sign, Input{}, monday))
	first, later := c.running(StepProgress, "").Due, monday.AddDate(0, 0, 3)
	c.reported(p, later)
	if k := c.running(StepProgress, ""); k == nil || !k.Due.After(first) || !k.From.Equal(later) {
		t.Errorf("after a word to who tipped: %+v", k)
	}
	o := opening(p)
	o.Priority, o.Lead, o.Co, o.Sees = "P0", county.DutyDesk, nil, []string{county.DutyDesk}
	urgent := opened(p, o, monday)
	if has(&urgent, StepAccept) || !has(&urgent, StepDispatch) {
		t.Errorf("an emergency with the duty desk: %v", running(&urgent))
	}
	o.Tip = ""
	if bare := opened(p, o, monday); bare.try(p, duty, Sign, Input{}, monday) != nil || has(&bare, StepProgress) {
		t.Error("somebody is to hear of a case that nobody reported")
	}
}

// The level above gives 30 days more than the law, once, and the duty desk writes down who did.
func TestTheLimitOfTheLawIsProlongedOnce(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	due := c.running(StepLegal, "").Due
	if got := key(c.try(p, handler("emergency"), Prolong, Input{Note: "市局同意延 30 天"}, monday)); got != "desk.forbidden" {
		t.Errorf("the lead prolongs: %s", got)
	}
	if got := key(c.try(p, duty, Prolong, Input{Note: "市应急局批了，已告知"}, due)); got != "desk.overdue" {
		t.Errorf("prolonged when it was over: %s", got)
	}
	must(t, c.try(p, duty, Prolong, Input{Note: "市应急局批了，已告知"}, due.Add(-time.Hour)))
	if got := c.running(StepLegal, "").Due; !got.Equal(due.AddDate(0, 0, 30)) {
		t.Errorf("prolonged from %v to %v", due, got)
	}
	if got := key(c.try(p, duty, Prolong, Input{Note: "市应急局批了，已告知"}, due.Add(-time.Hour))); got != "desk.action" {
		t.Errorf("prolonged twice: %s", got)
	}
}

// A place and the name of a site find a case together, and so do the numbers of the filing and the penalty.
func TestFindingByPlaceNameAndNumbers(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1")
	o.opened("tip2")
	lead := handler("emergency")
	o.do(lead, &c, Sign, Input{})
	o.do(lead, &c, Register, Input{Record: survey(o.Profile, o.clock())})
	f := penalty(o.Profile, o.clock())
	f.Penalty.Case, f.Penalty.Decision, f.Penalty.Decided = "立1", "罚1", on(o.Profile, o.clock(), 0)
	o.do(lead, &c, Register, Input{Record: f})
	for words, want := range map[string]int{"大武 砖厂": 1, "大武镇 旧砖厂": 1, "砖厂": 1, "立1": 1, "罚1": 1, "大武": 2, "大武 养鸡": 0, "马坊 砖厂": 0, "立2": 0} {
		page, err := o.Find(t.Context(), duty, Search{Filter: Found, Words: words}, "")
		if o.ok(err); len(page.Items) != want {
			t.Errorf("%s finds %d cases, want %d", words, len(page.Items), want)
		}
	}
}

// What the law lets nobody but some organs do, nobody else writes down; the duty desk may mend what one of them wrote.
func TestWhoMaySeize(t *testing.T) {
	o := newOffice(t, nil)
	c := o.opened("tip1")
	o.do(handler("emergency"), &c, Sign, Input{})
	for _, a := range []Actor{duty, handler(county.TownUnit(dawu))} {
		if _, err := o.Do(t.Context(), a, c.ID, Register, Input{Version: c.Version, Record: seizure(o.Profile, o.clock())}); key(err) != "record.seizure_unit" {
			t.Errorf("%s seizes: %v", a.Unit, err)
		}
	}
	o.do(handler("emergency"), &c, Register, Input{Record: seizure(o.Profile, o.clock())})
	ended := seizure(o.Profile, o.clock())
	ended.Seizure.Ended, ended.Seizure.Result = on(o.Profile, o.clock(), 0), "returned"
	o.do(duty, &c, Correct, Input{Item: "r1", Record: ended, Note: "漏登了解除日期"})
}
