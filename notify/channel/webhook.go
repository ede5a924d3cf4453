package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"qianshao/config"
)

const secretPrefix = "whsec_"

// WebhookKey reads a secret of Standard Webhooks: "whsec_" and the base64 of 24 to 64 bytes; false when it is none.
func WebhookKey(secret string) ([]byte, bool) {
	coded, ok := strings.CutPrefix(secret, secretPrefix)
	key, err := base64.StdEncoding.DecodeString(coded)
	return key, ok && err == nil && len(key) >= 24 && len(key) <= 64
}

type webhook struct {
	URL, Key config.Secret // the key is the bytes themselves
	now      func() time.Time
}

// Webhook posts JSON to an address of the county's own, signed as Standard Webhooks 1.0 says (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md):
// webhook-id stays the same when a message is sent again, webhook-timestamp is in seconds, webhook-signature is "v1," and the base64 of HMAC-SHA256 over
// id.timestamp.body. Any 2xx means that it arrived, whatever follows it; 410 that the receiver is gone. The spec names no rate; 60 a minute is ours.
func Webhook(url config.Secret, key []byte, now func() time.Time) Channel {
	return webhook{url, config.Secret(key), now}
}

func (webhook) Limit() Limit { return Limit{60, time.Minute, sendLimit} }

// told is the body of a webhook.
type told struct {
	Type string    `json:"type"` // "notice"
	At   time.Time `json:"timestamp"`
	Data toldData  `json:"data"`
}

type toldData struct {
	Text     string `json:"text"`
	What     string `json:"what"`
	Count    int    `json:"count"`
	Priority string `json:"priority,omitempty"`
	Number   string `json:"number,omitempty"`
}

func (w webhook) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(told{"notice", m.At.UTC(), toldData{m.Text, m.What, m.Count, m.Priority, m.Number}})
	if err != nil {
		return &Failure{Code: "message", Permanent: true}
	}
	stamp := strconv.FormatInt(w.now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(w.Key.Reveal()))
	mac.Write([]byte(m.ID + "." + stamp + "."))
	mac.Write(body)
	head := http.Header{}
	for k, v := range map[string]string{"content-type": "application/json", "webhook-id": m.ID, "webhook-timestamp": stamp,
		"webhook-signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))} {
		head.Set(k, v)
	}
	a, err := post(ctx, w.URL.Reveal(), head, body, 0)
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return byStatus(a)
	}
	return nil
}
