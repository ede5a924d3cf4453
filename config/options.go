package config

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Prefix starts every environment name.
const Prefix = "QIANSHAO_"

// Option describes one setting.
type Option struct {
	Name    string // in the environment; a secret may also stand in the file that NAME_FILE names
	Key     string // in the file
	Group   string // heading under which it is listed
	Default string // in words where it depends on something
	Chinese string
	English string
	Secret  bool

	set func(c *Config, value string) *complaint
	get func(c *Config) string
}

// Options lists every setting, in the order in which people should read them.
func Options() []Option {
	const web, engines, keys, limits, places, telling, process = "网页 Web", "引擎 Engines", "钥匙 Keys", "限度 Limits", "地点 Places", "通知 Telling", "进程 Process"
	all := []Option{
		text("listen", web, "127.0.0.1:8080", "网页开在哪个地址和端口", "host:port of the web pages", hostPort, func(c *Config) *string { return &c.Listen }),
		text("ops_listen", web, "127.0.0.1:8081", "指标 /metrics 开在哪里，只能是本机；off 是不开", "host:port of /metrics, loopback only; off for none", opsPort, func(c *Config) *string { return &c.OpsListen }),
		text("url", web, "http://LISTEN", "居民和工作人员在浏览器里用的网址", "the address that residents and staff use", webAddress, func(c *Config) *string { return &c.URL }),
		list("trusted_proxies", web, "", "前面的反向代理，写网段，用逗号隔开；只有它们报来的来源才算数", "CIDRs of reverse proxies whose X-Forwarded-For is believed, separated by commas", cidr, func(c *Config) *[]string { return &c.TrustedProxies }),

		text("data", engines, "./data", "资料放在哪个文件夹", "folder of everything the embedded engines keep", nil, func(c *Config) *string { return &c.Data }),
		text("profile", engines, "", "县资料的文件夹；空着用自带的方山县", "folder of a county profile; empty is the embedded one", folder, func(c *Config) *string { return &c.Profile }),
		secret("mongo", engines, "文档放 MongoDB 的地址，要带库名；空着用 SQLite", "mongodb:// address with a database name; empty is SQLite", mongoAddress, func(c *Config) *Secret { return &c.Mongo }),
		secret("s3", engines, "照片录音放 S3 的地址 http(s)://钥匙:密码@主机/桶；空着放文件夹", "http(s)://ACCESS:SECRET@host:port/bucket?region=; empty is a folder", s3Address, func(c *Config) *Secret { return &c.S3 }),
		secret("redis", engines, "任务队列的 Redis 地址；空着用自带的队列", "redis://, rediss://, redis-sentinel://, redis-cluster:// or (over TLS) redis-clusters:// address; empty is the embedded queue", redisAddress, func(c *Config) *Secret { return &c.Redis }),
		text("clamd", engines, "", "查毒的 clamd：主机:端口，或套接字的路径；空着不查", "host:port or socket path of a clamd that looks at every file first; empty for none", clamdAddress, func(c *Config) *string { return &c.Clamd }),

		secret("vault_key", keys, "平台的总钥匙，64 位十六进制；空着用 DATA/keys/platform.key，第一次启动时生成", "64 hex digits; empty is DATA/keys/platform.key, made at first start", hexKey, func(c *Config) *Secret { return &c.VaultKey }),
		text("officer_recipient", keys, "", "奖励经办人的公钥（age1…）；空着用 DATA/keys/officer.pub，第一次启动时生成", "age recipient of the reward officers; empty is DATA/keys/officer.pub, made at first start", ageRecipient, func(c *Config) *string { return &c.OfficerRecipient }),

		text("captcha", limits, "budget", "什么时候要验证码：budget 同一网络来得太多时，always 每次，never 从不", "when a captcha is asked: budget, always, never", oneOf("budget", "always", "never"), func(c *Config) *string { return &c.Captcha }),
		number("captcha_budget", limits, "20", "同一网络一小时几条以后要验证码", "tips an hour and network before a captcha is asked", 1, 10000, func(c *Config) *int { return &c.CaptchaBudget }),
		number("max_photo_mb", limits, "20", "一张照片最多多少 MB", "megabytes of one photo", 1, 100, func(c *Config) *int { return &c.MaxPhotoMB }),
		number("max_voice_mb", limits, "10", "一段录音最多多少 MB", "megabytes of the voice note", 1, 100, func(c *Config) *int { return &c.MaxVoiceMB }),
		number("max_video_mb", limits, "100", "一段录像最多多少 MB", "megabytes of the video", 1, 1000, func(c *Config) *int { return &c.MaxVideoMB }),

		text("geocoder", places, "off", "村的坐标向哪家地图查：off 不查，tianditu 天地图，amap 高德，tencent 腾讯；只发出村的正式名称", "map service that is asked for positions of villages by their official names: off, tianditu, amap, tencent", oneOf("off", "tianditu", "amap", "tencent"), func(c *Config) *string { return &c.Geocoder }),
		secret("tianditu_key", places, "天地图底图的钥匙（浏览器端）；空着，地图上没有底图，也不向外面要东西", "browser key of Tianditu, whose tiles lie under the map of the desk; empty for none, and nothing is asked for outside", mapKey, func(c *Config) *Secret { return &c.TiandituKey }),
		secret("geocoder_key", places, "那家地图给的钥匙", "key of the map service", mapKey, func(c *Config) *Secret { return &c.GeocoderKey }),

		text("channels", telling, "", "通知谁、用什么通知的文件（YAML）；空着不发，只在工作台上看", "YAML file of who is told what outside of the desk, and how; empty tells nobody", file, func(c *Config) *string { return &c.Channels }),

		number("workers", process, strconv.Itoa(4*runtime.NumCPU()), "后台同时办几件事；默认是处理器个数的 4 倍，因为多半在等硬盘", "tasks at a time; four times the number of cores by default, as they mostly wait for the disk", 1, 256, func(c *Config) *int { return &c.Workers }),
		duration("sweep_every", process, "1m", "隔多久找一次漏掉的线索", "between two searches for tips that were stored and never started", time.Second, time.Hour, func(c *Config) *time.Duration { return &c.SweepEvery }),
		duration("shutdown_wait", process, "20s", "停的时候等手头的事办完，最多等多久", "how long a stop waits for what is being worked on", time.Second, 10*time.Minute, func(c *Config) *time.Duration { return &c.ShutdownWait }),
		{Key: "demo", Group: process, Default: "false", Chinese: "演示：每一页都写明这里不是真的", English: "say on every page that nothing here is real",
			set: setDemo, get: func(c *Config) string { return strconv.FormatBool(c.Demo) }},
		{Key: "log_level", Group: process, Default: "info", Chinese: "日志写多细：debug、info、warn、error", English: "debug, info, warn or error",
			set: setLogLevel, get: func(c *Config) string { return strings.ToLower(c.LogLevel.String()) }},
	}
	for i := range all {
		all[i].Name = Prefix + strings.ToUpper(all[i].Key)
	}
	return all
}

func text(key, group, def, zh, en string, check func(string) *complaint, field func(*Config) *string) Option {
	return Option{Key: key, Group: group, Default: def, Chinese: zh, English: en,
		get: func(c *Config) string { return *field(c) },
		set: func(c *Config, v string) *complaint {
			*field(c) = v
			if check == nil {
				return nil
			}
			return check(v)
		}}
}

func secret(key, group, zh, en string, check func(string) *complaint, field func(*Config) *Secret) Option {
	return Option{Key: key, Group: group, Chinese: zh, English: en, Secret: true,
		get: func(c *Config) string {
			if *field(c) == "" {
				return ""
			}
			return redacted
		},
		set: func(c *Config, v string) *complaint {
			*field(c) = Secret(v)
			return check(v)
		}}
}

func list(key, group, def, zh, en string, check func(string) *complaint, field func(*Config) *[]string) Option {
	return Option{Key: key, Group: group, Default: def, Chinese: zh, English: en,
		get: func(c *Config) string { return strings.Join(*field(c), ",") },
		set: func(c *Config, v string) *complaint {
			*field(c) = nil
			for one := range strings.SplitSeq(v, ",") {
				one = strings.TrimSpace(one)
				if bad := check(one); bad != nil {
					return bad
				}
				*field(c) = append(*field(c), one)
			}
			return nil
		}}
}

func number(key, group, def, zh, en string, low, high int, field func(*Config) *int) Option {
	return Option{Key: key, Group: group, Default: def, Chinese: zh, English: en,
		get: func(c *Config) string { return strconv.Itoa(*field(c)) },
		set: func(c *Config, v string) *complaint {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				return complain(fmt.Sprintf("“%s”不对，要写 %d 到 %d 的整数", v, low, high), fmt.Sprintf("%q is not a whole number from %d to %d", v, low, high))
			}
			*field(c) = n
			return nil
		}}
}

func duration(key, group, def, zh, en string, low, high time.Duration, field func(*Config) *time.Duration) Option {
	return Option{Key: key, Group: group, Default: def, Chinese: zh, English: en,
		get: func(c *Config) string { return field(c).String() },
		set: func(c *Config, v string) *complaint {
			d, err := time.ParseDuration(v)
			if err != nil || d < low || d > high {
				return complain(fmt.Sprintf("“%s”不对，要写 %s 到 %s 的时间，如 30s、1m", v, low, high), fmt.Sprintf("%q is not a duration from %s to %s, such as 30s or 1m", v, low, high))
			}
			*field(c) = d
			return nil
		}}
}

func setDemo(c *Config, v string) *complaint {
	b, err := strconv.ParseBool(v)
	if err != nil {
		return complain("“"+v+"”不对，要写 true 或 false", fmt.Sprintf("%q is neither true nor false", v))
	}
	c.Demo = b
	return nil
}

func setLogLevel(c *Config, v string) *complaint {
	if bad := oneOf("debug", "info", "warn", "error")(v); bad != nil {
		return bad
	}
	if err := c.LogLevel.UnmarshalText([]byte(v)); err != nil {
		return complain("“"+v+"”不对", fmt.Sprintf("%q is no level", v))
	}
	return nil
}
