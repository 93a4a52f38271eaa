// SPDX-License-Identifier: Apache-2.0

// A watch folder in Go, as one would write it in an afternoon:
//
//	peer [-durable] SPOOL API_URL MAX_IN_FLIGHT POLL_INTERVAL
//
// No retry and no limit on anything but what is in flight. With -durable each job has a journal, and what the daemon
// has on the disk at a point is on the disk here at the same point; nobody reads the journal back.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

var durable = flag.Bool("durable", false, "keep a journal, and have it and all files on the disk before going on")

type watchFolder struct {
	inbox, processing, done string
	api, key                string
	pollInterval            time.Duration
	slots                   chan struct{}
	http                    http.Client
}

type answer struct {
	Code json.Number
	Msg  string
	Data struct {
		TaskID string `json:"task_id"`
		State  string
		Data   struct{ Images []struct{ URL string } }
	}
}

func check(err error) {
	if err != nil {
		log.Panic(err)
	}
}

// onDisk syncs a file or a folder, where that was asked for.
func onDisk(path string) {
	if !*durable {
		return
	}
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	check(file.Sync())
}

// note adds a line to the job's journal.
func note(folder, event, about string) {
	if !*durable {
		return
	}
	file, err := os.OpenFile(filepath.Join(folder, "journal.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	defer file.Close()
	at := time.Now().UTC().Format(time.RFC3339Nano)
	_, err = fmt.Fprintf(file, "{\"event\":%q,\"at\":%q,\"about\":%q}\n", event, at, about)
	check(err)
	check(file.Sync())
}

func (w *watchFolder) ask(method, url string, body []byte) ([]byte, answer) {
	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	check(err)
	request.Header.Set("Authorization", w.key)
	request.Header.Set("Content-Type", "application/json")
	reply, err := w.http.Do(request)
	check(err)
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	check(err)
	var told answer
	check(json.Unmarshal(text, &told))
	if told.Code != "200" {
		log.Panic(told.Msg)
	}
	return text, told
}

func (w *watchFolder) fetch(url, path string) {
	reply, err := w.http.Get(url)
	check(err)
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		log.Panic(reply.Status)
	}
	file, err := os.Create(path)
	check(err)
	defer file.Close()
	_, err = io.Copy(file, reply.Body)
	check(err)
	if *durable {
		check(file.Sync())
	}
}

func (w *watchFolder) work(name string) {
	w.slots <- struct{}{}
	defer func() { <-w.slots }()
	stem := strings.TrimSuffix(name, ".json")
	folder := filepath.Join(w.processing, stem)
	check(os.Mkdir(folder, 0o755))
	check(os.Rename(filepath.Join(w.inbox, name), filepath.Join(folder, name)))
	text, err := os.ReadFile(filepath.Join(folder, name))
	check(err)
	var request struct {
		Model, Prompt string
		Images        []string
	}
	check(json.Unmarshal(text, &request))
	body, err := json.Marshal(map[string]any{
		"model": request.Model, "prompt": request.Prompt, "image_urls": request.Images,
	})
	check(err)
	note(folder, "submitting", name) // the claim is on the disk before the submit leaves
	onDisk(folder)
	onDisk(w.processing)
	onDisk(w.inbox)

	_, submitted := w.ask("POST", w.api+"/nano-banana-edit", body)
	task := submitted.Data.TaskID
	note(folder, "submitted", task) // the task is on the disk before anything relies on it

	text, told := w.ask("GET", w.api+"/nano-banana/"+task, nil)
	for told.Data.State == "pending" || told.Data.State == "running" {
		time.Sleep(w.pollInterval)
		text, told = w.ask("GET", w.api+"/nano-banana/"+task, nil)
	}
	for number, image := range told.Data.Data.Images {
		w.fetch(image.URL, filepath.Join(folder, stem+"-"+strconv.Itoa(number+1)+".png"))
	}
	check(os.WriteFile(filepath.Join(folder, "response.json"), text, 0o644))
	onDisk(filepath.Join(folder, "response.json"))
	note(folder, "done", task) // the whole result is on the disk before it is published
	onDisk(folder)

	check(os.Rename(folder, filepath.Join(w.done, stem)))
	onDisk(w.done) // and so is its place
	onDisk(w.processing)
}

func main() {
	flag.Parse()
	spool, maxInFlight := flag.Arg(0), flag.Arg(2)
	seconds, err := strconv.ParseFloat(flag.Arg(3), 64)
	check(err)
	places, err := strconv.Atoi(maxInFlight)
	check(err)
	w := &watchFolder{
		inbox:        filepath.Join(spool, "inbox"),
		processing:   filepath.Join(spool, "processing"),
		done:         filepath.Join(spool, "done"),
		api:          flag.Arg(1) + "/api/gemini",
		key:          os.Getenv("BANANADROP_API_KEY"),
		pollInterval: time.Duration(seconds * float64(time.Second)),
		slots:        make(chan struct{}, places),
		http:         http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: places}},
	}
	watcher, err := fsnotify.NewWatcher()
	check(err)
	check(watcher.Add(w.inbox))
	there, err := filepath.Glob(filepath.Join(w.inbox, "*.json"))
	check(err)
	for _, path := range there {
		go w.work(filepath.Base(path))
	}
	for event := range watcher.Events {
		if event.Has(fsnotify.Create) && strings.HasSuffix(event.Name, ".json") {
			go w.work(filepath.Base(event.Name))
		}
	}
}
