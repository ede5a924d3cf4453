package route_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"qianshao/config/county"
	"qianshao/triage/route"
)

// FuzzDecide gives the router anything that a person may write: whatever it decides must hold together.
func FuzzDecide(f *testing.F) {
	p, err := county.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	r, err := route.New(p)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range append(append([]string{"", "\xff\xfe", "桶桶桶桶罐", strings.Repeat("没有着火", 400)}, happensNow...), happensNot...) {
		f.Add(text, "村东头", uint16(0))
		f.Add(text, "派出所收了钱", uint16(0xffff))
	}
	towns := append([]county.Town{{}}, p.Towns...)
	f.Fuzz(func(t *testing.T, text, later string, bits uint16) {
		facts := route.Facts{Day: time.Unix(1_790_000_000, 0), Texts: []string{"", text}, Later: []string{later}, Town: towns[int(bits)%len(towns)].Code,
			NearBorder: bits&16 > 0, Placed: bits&32 > 0}
		if bits&64 > 0 {
			facts.Signs = []string{p.Signs[int(bits>>8)%len(p.Signs)].ID}
		}
		if bits&128 > 0 {
			facts.Emergency = p.Emergencies[int(bits>>8)%len(p.Emergencies)].ID
		}
		holds(t, p, facts, r.Decide(facts), r.Decide(facts))
	})
}

// holds checks what must be true of every decision.
func holds(t *testing.T, p *county.Profile, f route.Facts, d, again route.Decision) {
	t.Helper()
	if d.Lead != again.Lead || !slices.Equal(d.Categories, again.Categories) || !slices.Equal(d.Reasons, again.Reasons) {
		t.Errorf("decided twice: %+v, %+v", d, again)
	}
	if len(d.Categories) == 0 || !slices.Contains(d.Sees, d.Lead) || d.Priority < "P0" || d.Priority > "P3" {
		t.Errorf("incomplete: %+v", d)
	}
	for _, u := range d.Sees {
		if _, ok := p.Unit(u); !ok {
			t.Errorf("unknown unit %q sees it", u)
		}
		if slices.Contains(d.Hidden, u) {
			t.Errorf("%s is accused and sees it", u)
		}
	}
	if d.Sealed == slices.Contains(d.Sees, county.DutyDesk) && !slices.Contains(d.Hidden, county.DutyDesk) && d.Lead != county.DutyDesk {
		t.Errorf("sealed %v, seen by %v", d.Sealed, d.Sees)
	}
	if d.Emergency != (d.Priority == "P0") && d.Emergency {
		t.Errorf("an emergency of priority %s", d.Priority)
	}
	if d.Guessed && (!d.Emergency || f.Emergency != "" && f.Emergency != "none") {
		t.Errorf("guessed what was chosen: %+v", d)
	}
	if d.Confidence < 0 || d.Confidence >= 1 {
		t.Errorf("confidence %v", d.Confidence)
	}
	if text := strings.TrimSpace(f.Texts[1]); len(text) > 40 && strings.Contains(strings.Join(d.Reasons, "\n"), text) {
		t.Error("the reasons repeat the words")
	}
}

// BenchmarkDecide routes one tip of a usual length, with words of every kind in it.
func BenchmarkDecide(b *testing.B) {
	p, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	r, err := route.New(p)
	if err != nil {
		b.Fatal(err)
	}
	f := route.Facts{Day: time.Unix(1_790_000_000, 0), Town: p.Towns[0].Code, Signs: []string{"s_drums", "s_night", "s_smell_sharp"}, Sites: []string{"p_farm"},
		Texts: []string{"村东头旧养鸡场", "去年查封过的那个养鸡场又干起来了，半夜有罐车进出，院里堆满蓝桶，呛得人睁不开眼，怕哪天炸了。听说村里有人给他通风报信，镇上来过一回没下文。"}}
	for b.Loop() {
		r.Decide(f)
	}
}
