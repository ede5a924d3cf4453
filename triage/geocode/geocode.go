// Package geocode asks an online map service where an official place name is. It owns the clients of Tianditu, AMap and Tencent and their protection: a time
// limit, a breaker, and errors that hold neither key nor phrase. It is off unless the settings name a service, it is given official names only, and it knows
// nothing of tips.
package geocode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"qianshao/triage/datum"
)

// Services are the names by which the settings choose one; "off" is none.
var Services = []string{"off", "tianditu", "amap", "tencent"}

// Options are what a client needs.
type Options struct {
	Service string
	Key     string
	Base    string // address of the service; empty for the real one
	Now     func() time.Time
}

const (
	timeout   = 3 * time.Second
	maxAnswer = 64 << 10
	trips     = 3                // failures in a row that open the breaker
	rest      = 10 * time.Minute // how long nothing is asked then
)

var (
	// ErrResting says that the service failed so often that it is left alone for a while.
	ErrResting = errors.New("geocode: resting")
	// ErrRefused says that the service did not take the question: a wrong key, a spent quota.
	ErrRefused = errors.New("geocode: refused")
)

// service is what differs between the map services.
type service struct {
	base   string
	system datum.System
	query  func(phrase, key string) url.Values
	read   func(raw []byte) (at orb.Point, ok bool, err error) // ok is false for what is no more exact than a town
}

// Client asks one service. Safe for concurrent use.
type Client struct {
	service
	key  string
	http *http.Client
	now  func() time.Time

	mu     sync.Mutex
	failed int
	until  time.Time
}

// New makes a client; false for a name that is none of Services, and for "off".
func New(o Options) (*Client, bool) {
	s, ok := services[o.Service]
	if !ok {
		return nil, false
	}
	if o.Base != "" {
		s.base = o.Base
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the key goes to nobody else
	return &Client{service: s, key: o.Key, http: &http.Client{Timeout: timeout, CheckRedirect: refuse}, now: o.Now}, true
}

// Find asks where a place is, in WGS-84. ok is false when the service does not know it exactly enough.
func (c *Client) Find(ctx context.Context, phrase string) (at orb.Point, ok bool, err error) {
	if c.resting() {
		return orb.Point{}, false, ErrResting
	}
	raw, err := c.get(ctx, phrase)
	if err == nil {
		at, ok, err = c.read(raw)
	}
	c.count(err)
	if err != nil || !ok {
		return orb.Point{}, false, err
	}
	return c.system.ToWGS84(at), true, nil
}

func (c *Client) get(ctx context.Context, phrase string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"?"+c.query(phrase, c.key).Encode(), nil)
	if err != nil {
		return nil, errors.New("geocode: bad address of the service")
	}
	res, err := c.http.Do(req)
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // without the address, in which key and phrase stand
		}
		return nil, fmt.Errorf("geocode: ask: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("geocode: status %d", res.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("geocode: read: %w", err)
	}
	return raw, nil
}

func (c *Client) resting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().Before(c.until)
}

func (c *Client) count(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil || errors.Is(err, context.Canceled) {
		c.failed = 0
		return
	}
	if c.failed++; c.failed >= trips {
		c.failed, c.until = 0, c.now().Add(rest)
	}
}

var services = map[string]service{
	"tianditu": {"https://api.tianditu.gov.cn/geocoder", datum.WGS84, askTianditu, readTianditu},
	"amap":     {"https://restapi.amap.com/v3/geocode/geo", datum.GCJ02, askAMap, readAMap},
	"tencent":  {"https://apis.map.qq.com/ws/geocoder/v1/", datum.GCJ02, askTencent, readTencent},
}

func askTianditu(phrase, key string) url.Values {
	ds, err := json.Marshal(map[string]string{"keyWord": phrase})
	if err != nil {
		ds = nil // a map of strings can always be written
	}
	return url.Values{"ds": {string(ds)}, "tk": {key}}
}

// degrees is a number, or a number in quotes: Tianditu has sent both.
type degrees float64

func (d *degrees) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	*d = degrees(v)
	return err
}

func readTianditu(raw []byte) (orb.Point, bool, error) {
	var a struct {
		Status   json.RawMessage
		Location *struct {
			Lon, Lat degrees
			Level    string
		}
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return orb.Point{}, false, errors.New("geocode: answer not understood")
	}
	switch status := strings.Trim(string(a.Status), `"`); {
	case status == "404", status == "0" && a.Location == nil:
		return orb.Point{}, false, nil
	case status != "0":
		return orb.Point{}, false, ErrRefused
	}
	return orb.Point{float64(a.Location.Lon), float64(a.Location.Lat)}, !wide[a.Location.Level], nil
}

// wide are the levels of answers that fell back on a whole county or town.
var wide = map[string]bool{"国家": true, "省": true, "省级": true, "市": true, "市级": true, "地级市": true, "区县": true, "县级": true, "开发区": true, "乡镇": true, "乡镇级": true, "乡镇街道": true}

func askAMap(phrase, key string) url.Values {
	return url.Values{"address": {phrase}, "key": {key}, "output": {"JSON"}}
}

// noData is AMap's code for a question that it has no answer to.
const noData = "30001"

func readAMap(raw []byte) (orb.Point, bool, error) {
	var a struct {
		Status, Infocode string
		Geocodes         []struct{ Location, Level string }
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return orb.Point{}, false, errors.New("geocode: answer not understood")
	}
	switch {
	case a.Infocode == noData, a.Status == "1" && len(a.Geocodes) != 1: // of several, none is the one
		return orb.Point{}, false, nil
	case a.Status != "1":
		return orb.Point{}, false, ErrRefused
	}
	g := a.Geocodes[0]
	lon, lat, _ := strings.Cut(g.Location, ",")
	x, errX := strconv.ParseFloat(lon, 64)
	y, errY := strconv.ParseFloat(lat, 64)
	if errX != nil || errY != nil {
		return orb.Point{}, false, errors.New("geocode: answer without a position")
	}
	return orb.Point{x, y}, !wide[g.Level], nil
}

func askTencent(phrase, key string) url.Values {
	return url.Values{"address": {phrase}, "key": {key}, "output": {"json"}}
}

// Tencent's code for no result, and the least level (village) and reliability that are exact enough.
const (
	noResult    = 347
	villageUp   = 4
	reliableFor = 7
)

func readTencent(raw []byte) (orb.Point, bool, error) {
	var a struct {
		Status int
		Result *struct {
			Location           struct{ Lng, Lat float64 }
			Reliability, Level int
		}
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return orb.Point{}, false, errors.New("geocode: answer not understood")
	}
	switch {
	case a.Status == noResult, a.Status == 0 && a.Result == nil:
		return orb.Point{}, false, nil
	case a.Status != 0:
		return orb.Point{}, false, ErrRefused
	}
	r := a.Result
	return orb.Point{r.Location.Lng, r.Location.Lat}, r.Level >= villageUp && r.Reliability >= reliableFor, nil
}
