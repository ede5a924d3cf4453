package cases

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/intake/fault"
	"qianshao/triage/cases/disposal"
)

func profile(t testing.TB) *county.Profile {
	t.Helper()
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var monday = time.Date(2026, 11, 23, 2, 30, 15, 0, time.UTC) // 10:30:15 in the county

const dawu = "141128103"

func opening(p *county.Profile) Opening {
	return Opening{
		Tip: "tip1", Received: monday, Place: Place{Town: dawu}, Categories: []string{"c1", "c7"}, Priority: "P1",
		Lead: "emergency", Co: []string{"police", county.TownUnit(dawu)}, Sees: []string{"emergency", "police", county.TownUnit(dawu), county.DutyDesk}, Rule: "c1",
	}
}

func handler(unit string) Actor {
	return Actor{ID: "s-" + unit, Name: "某", Role: Handler, Unit: unit}
}

var duty = Actor{ID: "s-duty", Name: "值班", Role: Duty, Unit: county.DutyDesk}

func (c *Case) try(p *county.Profile, a Actor, act Action, in Input, at time.Time) error {
	in.Version = c.Version
	m := move{actor: a, act: act, in: in, at: at}
	if in.Record != nil {
		m.form, _, _ = disposal.Part(*in.Record)
	}
	return c.do(p, m)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

func running(c *Case) []string {
	var steps []string
	for _, k := range c.Clocks {
		if k.Done == nil {
			steps = append(steps, k.Step)
		}
	}
	return steps
}

func TestTheWayOfACase(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead, town := handler("emergency"), handler(county.TownUnit(dawu))
	at := monday.Add(time.Hour)
	for _, step := range []struct {
		who     Actor
		act     Action
		in      Input
		state   State
		running []string
	}{
		{lead, Sign, Input{}, Signed, []string{StepLook, StepConclude, StepLegal, StepProgress}},
		{lead, Look, Input{}, Looked, []string{StepConclude, StepLegal, StepProgress}},
		{lead, Register, Input{Record: survey(p, at)}, Looked, []string{StepConclude, StepLegal, StepProgress}},
		{lead, Conclude, Input{Outcome: True, Note: "现场有釜有桶，已查封"}, True, []string{StepLegal, StepProgress, StepBegin, StepReply}},
		{lead, Dispose, Input{}, Disposing, []string{StepLegal, StepProgress, StepReply, StepDispose}},
		{lead, Register, Input{Record: clearance(p, at, 0)}, Disposing, []string{StepLegal, StepProgress, StepReply, StepDispose}},
		{lead, Finish, Input{Note: "设备原料都清走了"}, Disposed, []string{StepLegal, StepProgress, StepReply, StepClose}},
		{lead, Close, Input{}, Watched, nil},
		{lead, LookBack, Input{Record: visited(p, at, 1, "no")}, Watched, []string{StepStrike}},
		{lead, Strike, Input{}, Watched, []string{StepStrike}},
		{town, Strike, Input{}, Watched, []string{StepStrike}},
		{duty, Strike, Input{}, Struck, nil},
	} {
		if step.act == LookBack {
			at = monday.AddDate(0, 0, 6)
			c.tick(p, at)
		}
		must(t, c.try(p, step.who, step.act, step.in, at))
		if c.State != step.state || !slices.Equal(running(&c), step.running) {
			t.Fatalf("after %s: state %s, clocks %v; want %s, %v", step.act, c.State, running(&c), step.state, step.running)
		}
	}
	if c.Outcome != True || !c.Due.Equal(never) || !slices.Contains(c.Terms, "closed") {
		t.Errorf("struck off: outcome %q, due %v, terms %v", c.Outcome, c.Due, c.Terms)
	}
}

func TestHandBackAndAssign(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	lead := handler("emergency")
	if got := key(c.try(p, lead, HandBack, Input{Note: "不是我们"}, monday)); got != "desk.reason" {
		t.Errorf("short reason: %s", got)
	}
	must(t, c.try(p, lead, HandBack, Input{Note: "这里归生态环境管"}, monday.Add(time.Hour)))
	if c.Lead != county.DutyDesk || c.State != Unsigned || c.SeenBy(lead) || !c.SeenBy(handler(county.TownUnit(dawu))) {
		t.Errorf("handed back: lead %s, state %s, seen by %v", c.Lead, c.State, c.Sees)
	}
	for in, want := range map[Input]string{{Unit: county.DutyDesk}: "desk.unit", {Unit: "nobody"}: "desk.unit", {Unit: "town:999"}: "desk.unit", {}: "desk.unit"} {
		if got := key(c.try(p, duty, Assign, in, monday)); got != want {
			t.Errorf("assign to %q: %s", in.Unit, got)
		}
	}
	later := monday.Add(26 * time.Hour)
	must(t, c.try(p, duty, Assign, Input{Unit: county.TownUnit(dawu)}, later))
	if c.Lead != county.TownUnit(dawu) || slices.Contains(c.Co, c.Lead) || c.State != Unsigned {
		t.Errorf("assigned: lead %s, co %v, state %s", c.Lead, c.Co, c.State)
	}
	k, _ := c.Next()
	for _, k := range c.Clocks {
		if k.Step == StepSign && k.Done == nil && !k.From.Equal(later) {
			t.Errorf("the clock for signing started at %v", k.From)
		}
	}
	if !c.Due.Equal(k.Due) {
		t.Errorf("due %v, next clock %v", c.Due, k.Due)
	}
}

func TestWhatIsRefused(t *testing.T) {
	p := profile(t)
	urgent := opening(p)
	urgent.Priority = "P0"
	sealed := opening(p)
	sealed.Sealed, sealed.Lead, sealed.Co, sealed.Sees = true, "police", []string{"discipline"}, []string{"police", "discipline"}
	long := string(slices.Repeat([]rune{'长'}, MaxNote+1))
	for name, c := range map[string]struct {
		o    Opening
		a    Actor
		act  Action
		in   Input
		want string
	}{
		"P0 handed back":               {urgent, handler("emergency"), HandBack, Input{Note: "这件事不归我们管"}, "desk.urgent"},
		"sealed handed back":           {sealed, handler("police"), HandBack, Input{Note: "这件事不归我们管"}, "desk.action"},
		"duty desk on a sealed case":   {sealed, duty, Assign, Input{Unit: "market"}, "desk.not_found"},
		"stranger":                     {opening(p), handler("market"), Sign, Input{}, "desk.not_found"},
		"helper signs":                 {opening(p), handler("police"), Sign, Input{}, "desk.forbidden"},
		"duty desk signs for the lead": {opening(p), duty, Sign, Input{}, "desk.forbidden"},
		"lead assigns":                 {opening(p), handler("emergency"), Assign, Input{Unit: "market"}, "desk.forbidden"},
		"out of turn":                  {opening(p), handler("emergency"), Conclude, Input{Outcome: True, Note: "已经查过了的"}, "desk.action"},
		"the worker's own action":      {opening(p), handler("emergency"), Arrive, Input{}, "desk.action"},
		"no such action":               {opening(p), handler("emergency"), "burn", Input{}, "desk.action"},
		"endless note":                 {opening(p), handler("emergency"), Sign, Input{Note: long}, "form.too_long"},
		"administrator":                {opening(p), Actor{Role: Admin, Unit: "emergency"}, Sign, Input{}, "desk.not_found"},
		"reward officer":               {opening(p), Actor{Role: RewardOff, Unit: "emergency"}, Sign, Input{}, "desk.not_found"},
		"operator":                     {opening(p), Actor{Role: Operator, Unit: "emergency"}, Sign, Input{}, "desk.not_found"},
		"publicity":                    {opening(p), Actor{Role: Publicity, Unit: county.DutyDesk}, Sign, Input{}, "desk.not_found"},
		"nobody":                       {opening(p), Actor{}, Sign, Input{}, "desk.not_found"},
	} {
		k := opened(p, c.o, monday)
		before := k.Version
		if got := key(k.try(p, c.a, c.act, c.in, monday)); got != c.want || k.Version != before || len(k.Events) != 1 {
			t.Errorf("%s: %s, want %s (version %d, %d events)", name, got, c.want, k.Version, len(k.Events))
		}
	}
	k := opened(p, opening(p), monday)
	if got := key(k.do(p, move{actor: handler("emergency"), act: Sign, in: Input{Version: k.Version + 1}, at: monday})); got != "desk.moved" {
		t.Errorf("old page: %s", got)
	}
}

// Who left two fields wrong hears of both.
func TestAllThatIsWrongIsTold(t *testing.T) {
	p := profile(t)
	c := opened(p, opening(p), monday)
	var told []string
	for _, f := range fault.All(c.try(p, handler("emergency"), HandBack, Input{Note: "短", Unit: "nobody"}, monday)) {
		told = append(told, f.Key+" "+f.Field)
	}
	if want := []string{"desk.reason note", "desk.unit unit"}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}

func TestReferral(t *testing.T) {
	p := profile(t)
	o := opening(p)
	o.Refer, o.Lead, o.Co, o.Priority, o.Sees = true, county.DutyDesk, nil, "P3", []string{county.DutyDesk}
	c := opened(p, o, monday)
	must(t, c.try(p, duty, Sign, Input{}, monday))
	s := &Service{Deps: Deps{Profile: p}}
	if may := s.Actions(duty, &c); len(may) == 0 || may[0].Action != Close {
		t.Errorf("the expected action of a referral: %+v", may)
	}
	must(t, c.try(p, duty, Close, Input{Note: "已告诉他找劳动监察"}, monday))
	if c.State != Closed || c.Outcome != "" || len(running(&c)) > 0 {
		t.Errorf("state %s, outcome %s, clocks %v", c.State, c.Outcome, running(&c))
	}
}
