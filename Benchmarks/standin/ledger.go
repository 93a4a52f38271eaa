// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math/rand"
	"strconv"
	"sync"
	"time"
)

// fate is what becomes of one request.
type fate int

const (
	well fate = iota
	tooFast
	broken
	cutOff
	unknown
)

type task struct {
	prompt             string
	created            time.Time
	work               time.Duration
	fails, lost, heard bool
	polls              int
}

// ledger is all that the stand-in knows: its tasks, and what it has counted.
type ledger struct {
	lock        sync.Mutex
	random      *rand.Rand
	least, most time.Duration
	isCalm      bool
	tasks       map[string]*task
	paid        map[string]int
	first       map[string]float64
	submits     counter
	polls       counter
	answered    counter // submits and polls together, for the rate limit
	refused     int
	fetches     int
	strays      int
	underWay    int
	maxUnderWay int
}

// counter counts, and remembers the fullest second of the clock.
type counter struct {
	all, inSecond, most int
	second              int64
}

func (c *counter) count(now time.Time) {
	if second := now.Unix(); second != c.second {
		c.second, c.inSecond = second, 0
	}
	c.all++
	c.inSecond++
	if c.inSecond > c.most {
		c.most = c.inSecond
	}
}

func newLedger(least, most time.Duration) *ledger {
	return &ledger{
		random: rand.New(rand.NewSource(*seed)), least: least, most: most,
		tasks: map[string]*task{}, paid: map[string]int{}, first: map[string]float64{},
	}
}

// happens draws whether a fault of that share comes about.
func (l *ledger) happens(share float64) bool {
	return share > 0 && !l.isCalm && l.random.Float64() < share
}

func (l *ledger) isTooFast(now time.Time) bool {
	if *rate == 0 || l.isCalm {
		return false
	}
	if l.answered.second == now.Unix() && l.answered.inSecond >= *rate {
		l.refused++
		return true
	}
	l.answered.count(now)
	return false
}

func (l *ledger) submitted(prompt string, now time.Time) (fate, string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.submits.count(now)
	if _, seen := l.first[prompt]; !seen {
		l.first[prompt] = float64(now.UnixNano()) / 1e9
	}
	if l.isTooFast(now) {
		return tooFast, ""
	}
	id := fmt.Sprintf("%016x", len(l.tasks)+1)
	work := l.least
	if l.most > l.least {
		work += time.Duration(l.random.Int63n(int64(l.most - l.least)))
	}
	made := &task{prompt: prompt, created: now, work: work, fails: l.happens(*failed), lost: l.happens(*lost)}
	l.tasks[id] = made
	l.paid[prompt]++
	if made.lost {
		return broken, ""
	}
	l.underWay++
	if l.underWay > l.maxUnderWay {
		l.maxUnderWay = l.underWay
	}
	return well, id
}

func (l *ledger) polled(id string, now time.Time) (fate, string) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.polls.count(now)
	found := l.tasks[id]
	if found == nil {
		l.strays++
		return unknown, ""
	}
	found.polls++
	if l.isTooFast(now) {
		return tooFast, ""
	}
	if l.happens(*errors) {
		return broken, ""
	}
	if now.Before(found.created.Add(found.work)) {
		state, status := "running", "1"
		if now.Before(found.created.Add(found.work / 4)) {
			state, status = "pending", "0"
		}
		return well, report(id, found, now, state, status, "", "")
	}
	if !found.heard {
		found.heard = true
		l.underWay--
	}
	ended := found.created.Add(found.work)
	if found.fails {
		return well, report(id, found, ended, "error", "2", "content policy: 图片内容不符合规范", "")
	}
	link := fmt.Sprintf("http://127.0.0.1:%d/pictures/%s/1/output.png", *port, id)
	return well, report(id, found, ended, "succeeded", "3", "", `{"url":"`+link+`","file_name":"output.png"}`)
}

func report(id string, of *task, updated time.Time, state, status, why, images string) string {
	seconds := func(moment time.Time) string { return strconv.FormatInt(moment.Unix(), 10) }
	return `{"code":200,"msg":"success","data":{"task_id":"` + id + `","state":"` + state + `","status":"` + status +
		`","action":"generate","msg":` + quoted(why) + `,"create_time":"` + seconds(of.created) +
		`","update_time":"` + seconds(updated) +
		`","data":{"images":[` + images + `],"description":""}}}`
}

func (l *ledger) fetched(id string) fate {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.fetches++
	switch {
	case l.tasks[id] == nil:
		return unknown
	case l.happens(*errors):
		return broken
	case l.happens(*cut):
		return cutOff
	}
	return well
}

// page is what was asked and paid for, under the names that `bananadrop simulate` has, and how much in the fullest
// second.
func (l *ledger) page() any {
	l.lock.Lock()
	defer l.lock.Unlock()
	twice := []string{}
	for prompt, times := range l.paid {
		if times > 1 {
			twice = append(twice, prompt)
		}
	}
	return map[string]any{
		"submits": l.submits.all, "paid": len(l.tasks), "polls": l.polls.all, "fetches": l.fetches,
		"under_way": l.underWay, "max_under_way": l.maxUnderWay, "paid_more_than_once": twice,
		"stray_polls": l.strays, "refused": l.refused,
		"most_polls_a_second": l.polls.most, "most_submits_a_second": l.submits.most,
	}
}

// arrivals is when the first submit for each prompt came, in seconds since 1970.
func (l *ledger) arrivals() any {
	l.lock.Lock()
	defer l.lock.Unlock()
	copied := make(map[string]float64, len(l.first))
	for prompt, at := range l.first {
		copied[prompt] = at
	}
	return copied
}

type work struct {
	Work  float64 `json:"work"`
	Fails bool    `json:"fails"`
	Lost  bool    `json:"lost"`
	Heard bool    `json:"heard"`
	Polls int     `json:"polls"`
}

// works is what was drawn for each prompt, and how often it was polled.
func (l *ledger) works() any {
	l.lock.Lock()
	defer l.lock.Unlock()
	drawn := make(map[string]work, len(l.tasks))
	for _, task := range l.tasks {
		drawn[task.prompt] = work{task.work.Seconds(), task.fails, task.lost, task.heard, task.polls}
	}
	return drawn
}

// calm ends all faults and limits, so that results can be checked.
func (l *ledger) calm() any {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.isCalm = true
	return map[string]any{}
}
