package channel

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qianshao/config"
)

// Gateway is the SMS service by which everybody with a telephone number is told. Its template must read
// ${what}${count}件，${level}，${number}，请登录办理。消息${id}
// or part of it; what has no value is "-", because the service refuses empty variables.
type Gateway struct {
	URL            config.Secret // https://dysmsapi.aliyuncs.com, or what stands in front of it
	Key            string        // AccessKey id
	Secret         config.Secret // AccessKey secret
	Sign, Template string        // 签名 and 模板 CODE that the service has approved
}

// smsVariable is the most characters of a variable of a notice (阿里云 短信模板规范: 变量长度 1~35 个字符).
const smsVariable = 35

type sms struct {
	Gateway
	To  config.Secret
	now func() time.Time
}

// SMS is a mobile telephone number, told by 阿里云短信服务 (Dysmsapi 2017-05-25 SendSms, help.aliyun.com/document_detail/419273.html), asked and signed as
// help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature says. One number takes 50 notices of a template in 24 hours
// (developer.aliyun.com/ask/474934); the service says isv.BUSINESS_LIMIT_CONTROL beyond. OutId carries the message's id.
func SMS(g Gateway, to string, now func() time.Time) Channel { return sms{g, config.Secret(to), now} }

func (sms) Limit() Limit { return Limit{50, 24 * time.Hour, sendLimit} }

func (s sms) Send(ctx context.Context, m Message) error {
	variables := map[string]string{"what": m.What, "count": strconv.Itoa(m.Count), "level": m.Priority, "number": m.Number, "id": m.shortID()}
	for k, v := range variables {
		if r := []rune(v); len(r) > smsVariable {
			v = string(r[:smsVariable])
		}
		if v == "" {
			v = "-"
		}
		variables[k] = v
	}
	param, err := json.Marshal(variables)
	if err != nil {
		return &Failure{Code: "message", Permanent: true}
	}
	form := url.Values{"PhoneNumbers": {s.To.Reveal()}, "SignName": {s.Sign}, "TemplateCode": {s.Template}, "TemplateParam": {string(param)}, "OutId": {m.ID}}
	u, err := url.Parse(s.URL.Reveal())
	if err != nil {
		return &Failure{Code: "address", Permanent: true}
	}
	body := []byte(form.Encode())
	head := acsHeaders(u, "SendSms", "2017-05-25", rand.Text(), s.now())
	head.Set("Content-Type", "application/x-www-form-urlencoded")
	acsSign(head, s.Key, s.Secret, u, body)
	a, err := post(ctx, u.String(), head, body, mostAnswer)
	if err != nil {
		return err
	}
	return s.judge(a)
}

// judge reads the answer: {"Code":"OK"}, or why not, with status 200 or another one.
func (sms) judge(a answer) error {
	var said struct{ Code string }
	if err := json.Unmarshal(a.body, &said); err != nil || said.Code == "" {
		if a.status/100 != 2 {
			return byStatus(a)
		}
		return &Failure{Code: "answer"}
	}
	f := &Failure{Code: "sms " + cut(clean(said.Code), 60)}
	switch {
	case said.Code == "OK" && a.status == http.StatusOK:
		return nil
	case said.Code == "isv.BUSINESS_LIMIT_CONTROL", said.Code == "isv.DAY_LIMIT_CONTROL":
		f.After = mostAfter
	case strings.HasPrefix(said.Code, "Throttling"):
		f.After = time.Minute
	case a.status/100 == 5, strings.HasSuffix(said.Code, "SYSTEM_ERROR"), said.Code == "ServiceUnavailable", said.Code == "InternalError":
	default:
		f.Permanent = true
	}
	return f
}

// acsHeaders are the headers that the service wants signed, but for what follows from the body.
func acsHeaders(u *url.URL, action, version, nonce string, at time.Time) http.Header {
	h := http.Header{}
	for k, v := range map[string]string{"Host": u.Host, "X-Acs-Action": action, "X-Acs-Version": version, "X-Acs-Signature-Nonce": nonce,
		"X-Acs-Date": at.UTC().Format("2006-01-02T15:04:05Z")} {
		h.Set(k, v)
	}
	return h
}

// acsSign signs a POST (ACS3-HMAC-SHA256): the secret signs the digest of method, path, query, host, content-type and all x-acs- headers, and the digest of the body.
func acsSign(h http.Header, key string, secret config.Secret, u *url.URL, body []byte) {
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	h.Set("X-Acs-Content-Sha256", digest)
	var names []string
	for k := range h {
		names = append(names, strings.ToLower(k))
	}
	slices.Sort(names)
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	lines := ""
	for _, n := range names {
		lines += n + ":" + strings.TrimSpace(h.Get(n)) + "\n"
	}
	signed := strings.Join(names, ";")
	query := strings.ReplaceAll(u.Query().Encode(), "+", "%20")
	whole := sha256.Sum256([]byte(strings.Join([]string{http.MethodPost, path, query, lines, signed, digest}, "\n")))
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(whole[:])))
	h.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+key+",SignedHeaders="+signed+",Signature="+hex.EncodeToString(mac.Sum(nil)))
}
