// Package config loads the settings of a process. It owns their names, defaults and limits, and knows nothing of what they configure.
//
// A setting comes from the environment (QIANSHAO_LISTEN), else from a flat YAML file (listen), else from its default. A bad or unknown one is an error, never
// a silent default, and all problems are reported at once. Options lists every setting; nothing is read that is not in it.
package config

import (
	"log/slog"
	"time"
)

// Config is every setting of a process, flat. Options says of each what it is called, means and defaults to.
type Config struct {
	Listen    string // host:port of the web pages
	OpsListen string // host:port of /metrics, loopback only; "off" for none
	URL       string // the address that residents and staff use, without a slash at the end; http://LISTEN by default
	Data      string // folder of everything that the embedded engines keep
	Profile   string // folder of a county profile; empty is the embedded one

	Mongo Secret // mongodb:// or mongodb+srv:// address with a database name; empty is SQLite in DATA/docs.db
	Redis Secret // redis://, rediss://, redis-sentinel://, redis-cluster:// or (over TLS) redis-clusters:// address; empty is the embedded queue
	S3    Secret // http(s)://ACCESS:SECRET@host:port/bucket?region=; empty is the folder DATA/evidence

	VaultKey         Secret // 64 hex digits; empty is DATA/keys/platform.key, made at first start
	OfficerRecipient string // age recipient of the reward officers; empty is DATA/keys/officer.pub, made at first start

	Captcha        string   // budget, always, never
	CaptchaBudget  int      // tips an hour and network before a captcha is asked
	TrustedProxies []string // CIDRs whose X-Forwarded-For is believed

	MaxPhotoMB   int           // megabytes of one photo
	MaxVoiceMB   int           // megabytes of the voice note
	MaxVideoMB   int           // megabytes of the video
	Clamd        string        // host:port or path of the socket of a clamd that looks at every file first; empty for none
	Channels     string        // file that says who is told what outside of the desk; empty tells nobody
	Geocoder     string        // off, tianditu, amap, tencent
	GeocoderKey  Secret        // of that service
	TiandituKey  Secret        // of Tianditu's tiles for the map of the desk; empty for no tiles
	Workers      int           // tasks at a time
	SweepEvery   time.Duration // between two searches for tips that were stored and never started
	ShutdownWait time.Duration // for what is being worked on when the process is told to stop
	Demo         bool          // say on every page that nothing here is real
	LogLevel     slog.Level

	origins map[string]string // by option key: environment or file; absent is the default
}

// Engines names the engine behind each port as the settings choose it: documents, evidence, queue.
func (c *Config) Engines() (docs, blobs, queue string) {
	docs, blobs, queue = "sqlite", "disk", "embedded"
	if c.Mongo != "" {
		docs = "mongo"
	}
	if c.S3 != "" {
		blobs = "s3"
	}
	if c.Redis != "" {
		queue = "redis"
	}
	return docs, blobs, queue
}

// Origin says where the value of a setting came from, by its environment name: "default", "environment" or "file".
func (c *Config) Origin(name string) string {
	if o, ok := c.origins[name]; ok {
		return o
	}
	return "default"
}

// Check finds out whether a process of the given role can work with these settings: "run" (web and worker in one process), "web", "worker", or
// "tool" for a short command. A web process or a worker alone needs a Redis: the embedded queue lives in one process and no other can reach it.
func (c *Config) Check(role string) error {
	if (role == "web" || role == "worker") && c.Redis == "" {
		return Problems{{Setting: "QIANSHAO_REDIS",
			Chinese: "网页和后台分开跑，就要有一台 Redis 在中间传任务：自带的队列只活在一个进程里，别的进程够不着。请填 QIANSHAO_REDIS，或者改用 qianshao run 一起跑",
			English: "web and worker as separate processes need a Redis between them, because the embedded queue lives inside one process; set it, or use qianshao run"}}
	}
	if asks := c.Geocoder != "" && c.Geocoder != "off"; asks && c.GeocoderKey == "" {
		return Problems{{Setting: "QIANSHAO_GEOCODER_KEY", Chinese: "要向地图查坐标，就要有那家的钥匙。请填 QIANSHAO_GEOCODER_KEY，或者把 QIANSHAO_GEOCODER 改成 off",
			English: "a map service wants a key; set it, or turn QIANSHAO_GEOCODER off"}}
	}
	if c.Mongo != "" && role != "tool" {
		return c.shared()
	}
	return nil
}

// shared checks what several machines on one database must have in common: a key that each makes for itself would seal what the others cannot open.
func (c *Config) shared() error {
	var missing Problems
	for _, s := range []struct{ name, value string }{{"QIANSHAO_VAULT_KEY", c.VaultKey.Reveal()}, {"QIANSHAO_OFFICER_RECIPIENT", c.OfficerRecipient}} {
		if s.value == "" {
			missing = append(missing, Problem{Setting: s.name,
				Chinese: "用 MongoDB 就可能有好几台机器，钥匙必须是同一把，不能各自生成。请填 " + s.name,
				English: "with MongoDB several machines may share the data, so they need one and the same key; set it"})
		}
	}
	if len(missing) > 0 {
		return missing
	}
	return nil
}
