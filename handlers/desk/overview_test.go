package desk

import (
	"net/url"
	"testing"

	"qianshao/triage/cases"
)

// What a number asks of its list comes back from the address.
func TestTheListBehindANumber(t *testing.T) {
	for _, want := range []cases.Counted{{}, {Open: true}, {Open: true, Late: true}, {Relapse: true}, {Reached: cases.ReachTrue, Priority: "P0"}, {Closed: "2026-11"}} {
		u, err := url.Parse(behind(want, "town", "141128103", "light", "", "from", "2026-11-01"))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if got := counted(q); got != want {
			t.Errorf("%+v comes back as %+v", want, got)
		}
		if q.Get("town") != "141128103" || q.Get("from") != "2026-11-01" || q.Has("light") {
			t.Errorf("address %s", u)
		}
	}
}

func TestBarsAreAsLongAsTheyShould(t *testing.T) {
	for _, c := range []struct{ n, all, want int }{{0, 10, 0}, {10, 10, 100}, {1, 1000, 1}, {5, 10, 50}, {3, 0, 0}, {12, 10, 100}} {
		if got := part(c.n, c.all); got != c.want {
			t.Errorf("%d of %d: %d, want %d", c.n, c.all, got, c.want)
		}
	}
	for share, want := range map[float64]int{1: 100, .999: 99, .5: 50, .29: 29, 0: 0} {
		if got := percent(share); got != want {
			t.Errorf("%v: %d, want %d", share, got, want)
		}
	}
}
