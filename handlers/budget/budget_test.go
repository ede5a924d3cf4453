package budget

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qianshao/config/engine/enginetest"
)

func book(t *testing.T, trusted ...string) (*Book, *time.Time) {
	t.Helper()
	clock := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	b, err := New(Deps{Redis: enginetest.New(t).Queue.Redis(), Trusted: trusted, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	return b, &clock
}

func (b *Book) of(peer string, forwarded ...string) Network {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = peer
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return b.Network(r)
}

func TestNetworkOfAClient(t *testing.T) {
	b, clock := book(t, "10.0.0.0/8", "fd00::/8")
	home := b.of("203.0.113.7:1")
	for name, c := range map[string]struct {
		got  Network
		same bool
	}{
		"same /24":                      {b.of("203.0.113.200:9"), true},
		"as IPv6":                       {b.of("[::ffff:203.0.113.9]:9"), true},
		"another /24":                   {b.of("203.0.114.7:1"), false},
		"behind our proxy":              {b.of("10.1.2.3:1", "203.0.113.8"), true},
		"two proxies of ours":           {b.of("10.1.2.3:1", "203.0.113.8, 10.9.9.9"), true},
		"forged in front":               {b.of("10.1.2.3:1", "1.2.3.4, 203.0.113.8"), true},
		"forged in a header of its own": {b.of("10.1.2.3:1", "1.2.3.4", "203.0.113.8"), true},
		"forged without a proxy":        {b.of("198.51.100.1:1", "203.0.113.8"), false},
		"rubbish behind our proxy":      {b.of("10.1.2.3:1", "x"), false},
		"no address":                    {b.of("pipe"), false},
	} {
		if (c.got == home) != c.same {
			t.Errorf("%s: same network %t, want %t", name, c.got == home, c.same)
		}
	}
	if b.of("[2001:db8:0:1200::1]:1") != b.of("[2001:db8:0:12ff::2]:1") || b.of("[2001:db8:0:1200::1]:1") == b.of("[2001:db8:0:1300::1]:1") {
		t.Error("IPv6 is not counted by /56")
	}
	if strings.Contains(string(home), "203") && strings.Contains(string(home), "113") {
		t.Errorf("the network shows its address: %s", home)
	}
	*clock = clock.Add(24 * time.Hour)
	if b.of("203.0.113.7:1") == home {
		t.Error("the salt of yesterday is still in use")
	}
	if _, err := New(Deps{Trusted: []string{"proxy"}}); err == nil {
		t.Error("a proxy that is no network is taken")
	}
}

func TestBudgetIsSpentAndRefilled(t *testing.T) {
	b, _ := book(t)
	ctx := t.Context()
	three := Budget{Name: "test", Times: 3, Per: time.Hour}
	for i := range 3 {
		if b.Spent(ctx, three, "a") {
			t.Fatalf("spent after %d of 3", i)
		}
		if ok, _ := b.Spend(ctx, three, "a"); !ok {
			t.Fatalf("refused at %d of 3", i+1)
		}
	}
	if !b.Spent(ctx, three, "a") {
		t.Error("3 of 3, and not spent")
	}
	ok, wait := b.Spend(ctx, three, "a")
	if ok || wait <= 0 || wait > 20*time.Minute {
		t.Errorf("the fourth: %t, wait %v", ok, wait)
	}
	if b.Spent(ctx, three, "b") || b.Spent(ctx, Budget{Name: "other", Times: 3, Per: time.Hour}, "a") {
		t.Error("somebody else, or another budget, pays for it")
	}
	b.Refill(ctx, three, "a")
	if b.Spent(ctx, three, "a") {
		t.Error("spent after it was refilled")
	}
	if !b.Spent(ctx, Budget{Name: "none", Per: time.Hour}, "a") {
		t.Error("a budget of nothing is not spent")
	}
}

func TestNoAddressInRedis(t *testing.T) {
	e := enginetest.New(t)
	b, err := New(Deps{Redis: e.Queue.Redis(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	network := b.of("203.0.113.7:1")
	b.Spend(t.Context(), Budget{Name: "tip", Times: 3, Per: time.Hour}, string(network))
	keys, err := e.Queue.Redis().Keys(t.Context(), "rate:*").Result()
	if err != nil || len(keys) != 1 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	if strings.Contains(keys[0], "203.0.113") || strings.Contains(keys[0], string(network)) {
		t.Errorf("the key %s tells the network", keys[0])
	}
}

func TestBudgetIsOpenWithoutRedis(t *testing.T) {
	e := enginetest.New(t)
	b, err := New(Deps{Redis: e.Queue.Redis(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	one := Budget{Name: "tip", Times: 1, Per: time.Hour}
	b.Spend(t.Context(), one, "a")
	if err := e.Queue.Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if ok, _ := b.Spend(t.Context(), one, "a"); !ok || b.Spent(t.Context(), one, "a") {
		t.Error("a budget is spent although Redis is away")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("that took %v", took)
	}
}
