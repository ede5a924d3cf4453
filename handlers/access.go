package handlers

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"qianshao/config"
	"qianshao/handlers/desk"
	"qianshao/intake"
	"qianshao/intake/fault"
	"qianshao/intake/orders"
	"qianshao/triage/cases"
	"qianshao/triage/ledger"
)

// rule says who may use a route and how much they may send.
type rule struct {
	who  []cases.Role // nil is everybody, also without signing in
	body int64        // bytes; 0 for a route that takes no body
	self bool         // a script asks by itself, which keeps no session awake
	json bool         // errors are answered as JSON, because a script asks
}

const (
	smallForm  = 1 << 20 // 100,000 characters and what a browser makes of them still come back with a sentence
	queuesPath = "/ops/queues"
)

// table is the whole of who may do what: role × route. Within these, a handler sees the cases of the own unit only; that is decided by triage/cases.
func table(cfg *config.Config) map[string]rule {
	photo, voice, video := int64(cfg.MaxPhotoMB)<<20, int64(cfg.MaxVoiceMB)<<20, int64(cfg.MaxVideoMB)<<20
	report := intake.MaxPhotos*photo + intake.MaxVoices*voice + intake.MaxVideos*video + smallForm
	var (
		staff  = []cases.Role{cases.Admin, cases.Duty, cases.Handler, cases.Operator, cases.RewardOff, cases.Finance, cases.Auditor, cases.Publicity}
		works  = []cases.Role{cases.Duty, cases.Handler}
		duty   = []cases.Role{cases.Duty}
		units  = []cases.Role{cases.Handler}
		admins = []cases.Role{cases.Admin}
		keeps  = []cases.Role{cases.Duty, cases.Admin}
		calls  = []cases.Role{cases.Operator}

		checks   = []cases.Role{cases.RewardOff}
		cashiers = []cases.Role{cases.Finance}
		pays     = []cases.Role{cases.RewardOff, cases.Finance}
		auditors = []cases.Role{cases.Auditor}
		writes   = []cases.Role{cases.Publicity, cases.Duty}
	)
	return map[string]rule{
		"GET /healthz":      {},
		"GET /readyz":       {},
		"GET /static/*file": {},

		"GET /":                 {},
		"GET /report":           {},
		"POST /report":          {body: report},
		"POST /report/evidence": {body: max(photo, voice, video) + smallForm, json: true},
		"POST /report/kept":     {body: smallForm},
		"GET /report/kept":      {},
		"GET /status":           {},
		"POST /status":          {body: 4 * smallForm}, // carries the words of a dialogue, which a browser makes three times as long
		"POST /status/say":      {body: report},
		"GET /status/say":       {},
		"POST /status/rate":     {body: smallForm},
		"GET /status/rate":      {},
		"POST /status/object":   {body: smallForm},
		"GET /status/object":    {},
		"POST /status/withdraw": {body: smallForm},
		"GET /status/withdraw":  {},
		"GET /captcha/:file":    {},
		"GET /claim":            {},
		"POST /claim":           {body: smallForm},
		"POST /claim/pay":       {body: smallForm},
		"GET /claim/pay":        {},

		"GET /outcomes":                   {},
		"GET /outcomes.atom":              {},
		"GET /outcomes.json":              {},
		"GET /outcomes/:outcome":          {},
		"GET /outcomes/:outcome/:picture": {},
		"GET /numbers":                    {},
		"GET /numbers.json":               {},
		"GET /impact":                     {},
		"GET /how":                        {},
		"GET /what":                       {},

		"GET /open311/discovery.json":       {},
		"GET /open311/discovery.xml":        {},
		"GET /open311/v2/services.json":     {},
		"GET /open311/v2/services.xml":      {},
		"GET /open311/v2/services/:service": {},
		"GET /open311/v2/requests.json":     {},
		"GET /open311/v2/requests.xml":      {},
		"POST /open311/v2/requests.json":    {body: intake.MaxPhotos*photo + smallForm}, // who has a key is found out by the handler, as the key stands in the body
		"POST /open311/v2/requests.xml":     {body: intake.MaxPhotos*photo + smallForm},
		"GET /open311/v2/requests/:request": {},
		"GET /open311/v2/tokens/:token":     {},

		"GET /desk/login":   {},
		"POST /desk/login":  {body: smallForm},
		"POST /desk/logout": {body: smallForm},
		"GET /desk/setup":   {},
		"POST /desk/setup":  {body: smallForm},

		"GET /desk":                             {who: staff},
		"POST /desk/bulk":                       {who: works, body: smallForm},
		"GET /desk/urgent":                      {who: works, self: true},
		"GET /desk/cases/:id":                   {who: works},
		"GET /desk/cases/:id/sheet/:kind":       {who: works},
		"POST /desk/cases/:id/:action":          {who: works, body: smallForm},
		"GET /desk/cases/:id/record/:form":      {who: works},
		"POST /desk/cases/:id/record/:form":     {who: works, body: smallForm},
		"POST /desk/cases/:id/writing":          {who: works, self: true, json: true},
		"POST /desk/cases/:id/photos":           {who: works, body: intake.MaxPhotos*photo + smallForm},
		"POST /desk/cases/:id/photo":            {who: works, body: photo + smallForm, json: true},
		"GET /desk/scene/:id/:photo/:size":      {who: works},
		"GET /desk/evidence/:tip/:item/:size":   {who: works},
		"GET /desk/review":                      {who: duty},
		"GET /desk/review/:id":                  {who: duty},
		"POST /desk/review/:id/:answer":         {who: duty, body: smallForm},
		"GET /desk/quality":                     {who: duty},
		"GET /desk/map":                         {who: works},
		"GET /desk/calendar":                    {who: keeps},
		"POST /desk/calendar":                   {who: keeps, body: desk.MaxCalendar + smallForm},
		"GET /desk/ops":                         {who: admins},
		"GET /desk/hotline":                     {who: calls},
		"POST /desk/hotline":                    {who: calls, body: smallForm},
		"POST /desk/hotline/kept":               {who: calls, body: smallForm},
		"GET /desk/hotline/orders":              {who: calls},
		"POST /desk/hotline/orders":             {who: calls, body: orders.MaxBytes*3/2 + smallForm}, // a sheet, or one that the page carried, sealed
		"GET /desk/hotline/states":              {who: calls},
		"GET " + queuesPath:                     {who: admins},
		"GET " + queuesPath + "/*path":          {who: admins},
		"GET /desk/ledger":                      {who: works},
		"POST /desk/ledger/export":              {who: works, body: smallForm},
		"POST /desk/ledger/views":               {who: works, body: smallForm},
		"POST /desk/ledger/views/:view/forget":  {who: works, body: smallForm},
		"GET /desk/ledger/jobs":                 {who: works},
		"GET /desk/ledger/jobs/:job/file":       {who: works},
		"GET /desk/ledger/import":               {who: duty},
		"POST /desk/ledger/import":              {who: duty, body: ledger.MaxImport + smallForm},
		"GET /desk/ledger/import/:batch":        {who: duty},
		"POST /desk/ledger/import/:batch/:step": {who: duty, body: smallForm},
		"GET /desk/sites":                       {who: works},
		"GET /desk/sites/old/:old":              {who: works},
		"POST /desk/sites/old/:old":             {who: works, body: smallForm},
		"GET /desk/reports":                     {who: works},
		"POST /desk/reports/export":             {who: works, body: smallForm},
		"GET /desk/overview":                    {who: works},
		"GET /desk/overview.csv":                {who: works},
		"GET /desk/work":                        {who: works},
		"GET /desk/work.csv":                    {who: works},
		"GET /desk/handover":                    {who: works},
		"GET /desk/draws":                       {who: duty},
		"POST /desk/draws":                      {who: duty, body: smallForm},
		"GET /desk/draws/:month":                {who: duty},
		"POST /desk/draws/:month":               {who: duty, body: smallForm},
		"GET /desk/checks":                      {who: units},
		"POST /desk/checks":                     {who: units, body: smallForm},
		"GET /desk/channels":                    {who: admins},
		"POST /desk/channels":                   {who: admins, body: smallForm},
		"GET /desk/cases/:id/award":             {who: works},
		"POST /desk/cases/:id/award":            {who: works, body: smallForm},
		"GET /desk/awards":                      {who: works},
		"POST /desk/awards/:award/:action":      {who: works, body: smallForm},
		"GET /desk/payout":                      {who: pays},
		"POST /desk/payout/check":               {who: checks, body: smallForm},
		"GET /desk/payout/:award":               {who: pays},
		"POST /desk/payout/:award/:action":      {who: pays, body: smallForm},
		"GET /desk/payout/:award/payee":         {who: cashiers},
		"GET /desk/payout/:award/receipt":       {who: cashiers},
		"GET /desk/payout/audit":                {who: auditors},
		"GET /desk/payout/audit.xlsx":           {who: auditors},

		"GET /desk/press":                        {who: writes},
		"GET /desk/press/:id":                    {who: writes},
		"POST /desk/press/:id/:step":             {who: writes, body: smallForm},
		"GET /desk/press/:id/shown/:photo":       {who: writes},
		"GET /desk/press/:id/scene/:photo/:size": {who: writes},

		"GET /desk/handouts":                        {who: writes},
		"GET /desk/handouts/poster":                 {who: writes},
		"GET /desk/handouts/leaflet":                {who: writes},
		"GET /desk/handouts/broadcast":              {who: writes},
		"GET /desk/handouts/outcomes/:outcome":      {who: writes},
		"GET /desk/handouts/outcomes/:outcome/page": {who: writes},
	}
}

// enter lets a request in to its handler, or says why not.
func (s *server) enter(c *gin.Context, r rule) error {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, r.body)
	if r.json {
		c.Set(asJSON, true)
	}
	if r.who == nil {
		return nil
	}
	who := s.Accounts.Who
	if r.self {
		who = s.Accounts.Glance
	}
	m, err := who(c.Request.Context(), desk.Token(c))
	if err != nil {
		return s.desk.Refused(c, fmt.Errorf("handlers: who asks: %w", err))
	}
	if !slices.Contains(r.who, m.Role) {
		return s.desk.Refused(c, fault.New(fault.Forbidden, "desk.forbidden"))
	}
	desk.SignedIn(c, m)
	return nil
}
