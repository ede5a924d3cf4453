package handlers

import (
	"net/http"
	"strconv"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"qianshao/config/engine"
)

// Metrics counts what operators watch. It knows route patterns and numbers, nothing of who asked for what. A nil Metrics counts nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	tips     prometheus.Counter
}

// NewMetrics makes the counters of a process and reads the depths of its queues whenever they are asked for.
func NewMetrics(e *engine.Engines) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "qianshao_requests_total", Help: "Requests by route pattern and status."},
			[]string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "qianshao_request_seconds", Help: "Duration of requests by route pattern.",
			Buckets: []float64{.005, .02, .1, .5, 1, 2, 5, 30, 120}}, []string{"route"}),
		tips: prometheus.NewCounter(prometheus.CounterOpts{Name: "qianshao_tips_accepted_total", Help: "Tips that were stored and answered with a receipt."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.tips, depths{e.Queue})
	return m
}

// Ops serves /metrics, for the loopback port.
func Ops(m *Metrics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

func (m *Metrics) request(route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *Metrics) accepted() {
	if m != nil {
		m.tips.Inc()
	}
}

// depths reads how many tasks wait in which state of which queue.
type depths struct{ queue asynq.RedisConnOpt }

var depthDesc = prometheus.NewDesc("qianshao_queue_tasks", "Tasks on the queue by state.", []string{"queue", "state"}, nil)

// Describe names the one metric.
func (depths) Describe(ch chan<- *prometheus.Desc) { ch <- depthDesc }

// Collect asks the queue; while it is away the metric is missing, and the alert on a missing metric is the right one.
func (d depths) Collect(ch chan<- prometheus.Metric) {
	inspector := asynq.NewInspector(d.queue)
	defer inspector.Close() //nolint:errcheck // nothing was written
	queues, err := inspector.Queues()
	if err != nil {
		return
	}
	for _, q := range queues {
		info, err := inspector.GetQueueInfo(q)
		if err != nil {
			continue
		}
		for state, n := range map[string]int{"pending": info.Pending, "active": info.Active, "scheduled": info.Scheduled, "retry": info.Retry, "archived": info.Archived} {
			ch <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(n), q, state)
		}
	}
}
