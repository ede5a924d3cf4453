package cases

import (
	"testing"

	"qianshao/config/county"
)

// What the machine took for an emergency a person may lower, with a reason; what the person who tipped chose nobody may.
func TestLowerAGuess(t *testing.T) {
	p := profile(t)
	o := opening(p)
	o.Emergency, o.Guessed, o.Priority, o.Usual = true, true, "P0", "P1"
	c := opened(p, o, monday)
	if got := key(c.try(p, duty, Lower, Input{Note: "不急"}, monday)); got != "desk.reason" {
		t.Errorf("without a reason: %q", got)
	}
	must(t, c.try(p, duty, Lower, Input{Note: "打过电话，是烧秸秆的烟"}, monday))
	if c.Emergency || c.Priority != "P1" || c.State != Unsigned || !c.Lowered {
		t.Errorf("emergency %v, priority %s, state %s", c.Emergency, c.Priority, c.State)
	}
	for _, k := range c.Clocks {
		if k.Done == nil && !k.Due.Equal(p.Due(k.From, *limitOf(p, k.Step, "P1"))) {
			t.Errorf("%s is due %v", k.Step, k.Due)
		}
	}
	if got := key(c.try(p, duty, Lower, Input{Note: "打过电话，是烧秸秆的烟"}, monday)); got != "desk.action" {
		t.Errorf("lowered twice: %q", got)
	}
	c.join(p, Joining{Tip: "later", Received: monday, Emergency: true, Priority: "P0"}, monday)
	if !c.Emergency || c.Guessed || c.Priority != "P0" {
		t.Errorf("a chosen emergency joined: emergency %v, guessed %v, priority %s", c.Emergency, c.Guessed, c.Priority)
	}
	if got := key(c.try(p, duty, Lower, Input{Note: "打过电话，是烧秸秆的烟"}, monday)); got != "desk.action" {
		t.Errorf("what was chosen is lowered: %q", got)
	}
	other := opened(p, o, monday)
	if got := key(other.try(p, handler(county.TownUnit("141128100")), Lower, Input{Note: "打过电话，是烧秸秆的烟"}, monday)); got == "" {
		t.Error("somebody else lowered it")
	}
}
