// Package budget counts how often a network does something: tips sent, codes mistyped, sign-ins tried. It decides when a captcha is asked or a wait is
// due. It owns the keys "rate:*" on the queue's Redis and knows nothing of tips, codes or accounts.
//
// A network is a keyed hash of its /24 or /56, with a salt that lives in this process only and changes daily: what stands in Redis cannot be turned into
// an address, and yesterday's cannot be compared with today's. With several web processes each counts for itself.
//
// Redis may be away; then every budget is open, because a lost tip is worse than an unwanted one.
package budget

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// patience is how long a person waits for Redis before the budget counts as open.
const patience = 300 * time.Millisecond

// Network is the keyed hash of a client's network. It must not be stored or logged.
type Network string

// Budget is how often something may happen: Times at once, and as many again in every Per.
type Budget struct {
	Name  string
	Times int
	Per   time.Duration
}

func (b Budget) limit() redis_rate.Limit {
	return redis_rate.Limit{Rate: b.Times, Burst: b.Times, Period: b.Per}
}

// Deps is what a Book needs.
type Deps struct {
	Redis   redis.UniversalClient
	Trusted []string // CIDRs of proxies whose X-Forwarded-For is believed
	Now     func() time.Time
}

// Book keeps the budgets. Safe for concurrent use.
type Book struct {
	rate    *redis_rate.Limiter
	trusted []netip.Prefix
	now     func() time.Time

	mu   sync.Mutex
	day  string
	salt [32]byte
}

// New opens the book. A proxy that is no CIDR is an error.
func New(d Deps) (*Book, error) {
	b := &Book{rate: redis_rate.NewLimiter(d.Redis), now: d.Now}
	for _, s := range d.Trusted {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("budget: trusted proxy %q is no network such as 10.0.0.0/8", s)
		}
		b.trusted = append(b.trusted, p.Masked())
	}
	return b, nil
}

// Spend takes one from a budget. When it is spent, ok is false and wait says when the next one is there. who is a Network or whatever else is counted;
// it is hashed again before it leaves the process.
func (b *Book) Spend(ctx context.Context, bud Budget, who string) (ok bool, wait time.Duration) {
	res := b.ask(ctx, bud, who, 1)
	return res == nil || res.Allowed > 0, waitOf(res)
}

// Spent reports whether a budget has nothing left, without taking from it.
func (b *Book) Spent(ctx context.Context, bud Budget, who string) bool {
	res := b.ask(ctx, bud, who, 0)
	return res != nil && res.Remaining < 1
}

// Refill gives a budget back as if nothing had been spent. Redis away: it refills by itself.
func (b *Book) Refill(ctx context.Context, bud Budget, who string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_ = b.rate.Reset(ctx, b.key(bud, who)) // nothing to do about it: time refills
}

// ask gives nil when Redis does not answer.
func (b *Book) ask(ctx context.Context, bud Budget, who string, n int) *redis_rate.Result {
	if bud.Times <= 0 {
		return &redis_rate.Result{RetryAfter: bud.Per}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	res, err := b.rate.AllowN(ctx, b.key(bud, who), bud.limit(), n)
	if err != nil {
		return nil
	}
	return res
}

func waitOf(res *redis_rate.Result) time.Duration {
	if res == nil || res.RetryAfter < 0 {
		return 0
	}
	return res.RetryAfter
}

func (b *Book) key(bud Budget, who string) string {
	return bud.Name + ":" + b.mac(who)
}

// Network tells from which network a request comes.
func (b *Book) Network(r *http.Request) Network {
	a := b.client(r)
	bits := 24
	if a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return Network(b.mac("nowhere")) // no address at all, as in a test: everybody without one shares a budget
	}
	return Network(b.mac(p.String()))
}

// client is the peer of the connection or, behind a trusted proxy, the last address in X-Forwarded-For that is not a trusted proxy: everything left of
// it was written by the client and can be anything.
func (b *Book) client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	a = a.Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && b.trusts(a); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		a = next.Unmap().WithZone("")
	}
	return a
}

func (b *Book) trusts(a netip.Addr) bool {
	for _, p := range b.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// mac hashes under the salt of the day.
func (b *Book) mac(s string) string {
	b.mu.Lock()
	if day := b.now().UTC().Format(time.DateOnly); day != b.day {
		b.day = day
		if _, err := rand.Read(b.salt[:]); err != nil {
			panic(err) // crypto/rand never fails
		}
	}
	m := hmac.New(sha256.New, b.salt[:])
	b.mu.Unlock()
	m.Write([]byte(s))
	return hex.EncodeToString(m.Sum(nil)[:16])
}
