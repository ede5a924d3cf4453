package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"

	"qianshao/config"
)

const (
	dingBytes = 18000            // of a text; the whole request may have 20,000 (errcode 460101: message too long, exceed 20000 bytes)
	dingRest  = 10 * time.Minute // for which a robot is shut after the 21st message of a minute
)

type dingtalk struct {
	URL, Secret config.Secret
	now         func() time.Time
}

// DingTalk is a robot of a DingTalk group that wants its requests signed (加签). It takes 20 messages a minute; whoever sends more is shut out for ten.
// Source: open.dingtalk.com/document/group/custom-robot-access and customize-robot-security-settings: sign is the base64 of HmacSHA256 with the secret as key over
// timestamp, line break, secret; timestamp is in milliseconds and no more than an hour off.
// errcode 130101 is "send too fast, exceed 20 times per minute" (github.com/ccfos/nightingale issue 369).
func DingTalk(url, secret config.Secret, now func() time.Time) Channel {
	return dingtalk{url, secret, now}
}

func (dingtalk) Limit() Limit { return Limit{20, time.Minute, sendLimit} }

// signed is the address with timestamp and signature.
func (d dingtalk) signed() config.Secret {
	stamp := strconv.FormatInt(d.now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(d.Secret.Reveal()))
	mac.Write([]byte(stamp + "\n" + d.Secret.Reveal()))
	address, join := d.URL.Reveal(), "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	return config.Secret(address + join + "timestamp=" + stamp + "&sign=" + url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil))))
}

func (d dingtalk) Send(ctx context.Context, m Message) error {
	type text struct {
		Content string `json:"content"`
	}
	return robot(ctx, d.signed(), struct {
		Type string `json:"msgtype"`
		Text text   `json:"text"`
	}{"text", text{m.numbered(dingBytes)}}, func(code int) *Failure {
		switch code {
		case -1: // 系统繁忙
			return &Failure{}
		case 130101, 410100: // 发送速度太快而限流
			return &Failure{After: dingRest}
		}
		return &Failure{Permanent: true} // 310000: signature, key words or address are not what the robot's settings say
	})
}
