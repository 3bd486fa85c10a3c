/*
 * Load of one query per connection, which dnsperf has no mode for: connect, ask, read the answer, close, with
 * so many connections open at a time. Checks that each answer is one to its question. Connections come from
 * 32 loopback addresses in turn, so that ports in TIME_WAIT do not run out.
 *
 *   connections PORT FILE SECONDS CONNECTIONS MOST    FILE holds "name TYPE" lines, as dnsperf reads them
 *
 * Ends after so many seconds or connections: each is remembered by the kernel for two minutes (nf_conntrack),
 * and when its table is full it drops packets of everybody.
 *
 * Prints one line: completed, lost (refused, closed early or silent for 2 s), wrong, absent (NXDOMAIN among
 * the completed), seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 1024, ANSWER = 65537, SOURCES = 32, PATIENCE = 2 };

struct query {
  unsigned char octets[300]; /* framed */
  int length;
};

struct slot {
  int socket;
  int sent;
  int filled;
  double begun;
  const struct query *query;
  unsigned char answer[ANSWER];
};

static struct slot slots[SLOTS];
static struct query *queries;
static int query_count, next_query, poller, port;
static long completed, lost, wrong, absent, opened;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int type_number(const char *type) {
  if (strcmp(type, "SRV") == 0) return 33;
  return strcmp(type, "AAAA") == 0 ? 28 : 1;
}

static void read_query(struct query *query, char *name, const char *type, int id) {
  unsigned char *octets = query->octets, *at = octets + 14;
  memset(octets, 0, 14);
  octets[2] = id >> 8, octets[3] = id, octets[7] = 1;
  for (char *label = strtok(name, "."); label; label = strtok(NULL, ".")) {
    *at++ = strlen(label);
    memcpy(at, label, strlen(label));
    at += strlen(label);
  }
  *at++ = 0, *at++ = 0, *at++ = type_number(type), *at++ = 0, *at++ = 1;
  query->length = at - octets;
  octets[0] = (query->length - 2) >> 8, octets[1] = query->length - 2;
}

static void read_queries(const char *path) {
  FILE *file = fopen(path, "r");
  char name[256], type[16];
  if (!file) exit(2);
  for (int room = 0; fscanf(file, "%255s %15s", name, type) == 2; query_count++) {
    if (query_count == room) queries = realloc(queries, (room = room ? 2 * room : 1024) * sizeof *queries);
    read_query(&queries[query_count], name, type, query_count & 0xffff);
  }
  fclose(file);
  if (query_count == 0) exit(2);
}

static void go_on(struct slot *slot);

static void open_slot(struct slot *slot) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  int one = 1;
  slot->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  slot->query = &queries[next_query++ % query_count];
  slot->sent = slot->filled = 0;
  slot->begun = now();
  setsockopt(slot->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + opened++ % SOURCES);
  bind(slot->socket, (struct sockaddr *)&address, sizeof address);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  connect(slot->socket, (struct sockaddr *)&address, sizeof address);
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = slot};
  epoll_ctl(poller, EPOLL_CTL_ADD, slot->socket, &event);
  go_on(slot); /* on loopback the connection stands already */
}

static void end_slot(struct slot *slot, long *count) {
  close(slot->socket);
  slot->socket = -1;
  ++*count;
}

static int is_answer(const struct slot *slot) {
  const unsigned char *answer = slot->answer, *query = slot->query->octets;
  if (slot->filled < slot->query->length || memcmp(answer + 2, query + 2, 2) != 0) return 0;
  if (!(answer[4] & 0x80) || (answer[5] & 15) != 0 && (answer[5] & 15) != 3) return 0;
  return memcmp(answer + 14, query + 14, slot->query->length - 14) == 0;
}

static void go_on(struct slot *slot) {
  if (!slot->sent) {
    ssize_t sent = send(slot->socket, slot->query->octets, slot->query->length, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
    if (sent != slot->query->length) return end_slot(slot, &lost);
    slot->sent = 1;
    return; /* the answer makes an event of its own */
  }
  ssize_t more = recv(slot->socket, slot->answer + slot->filled, ANSWER - slot->filled, 0);
  if (more < 0 && errno == EAGAIN) return;
  if (more <= 0) return end_slot(slot, &lost);
  slot->filled += more;
  if (slot->filled < 2 || slot->filled < 2 + (slot->answer[0] << 8 | slot->answer[1])) return;
  if (is_answer(slot) && (slot->answer[5] & 15) == 3) absent++;
  end_slot(slot, is_answer(slot) ? &completed : &wrong);
}

static void look_for_lost(int count, double time) {
  for (int at = 0; at < count; at++)
    if (slots[at].socket >= 0 && time - slots[at].begun > PATIENCE) end_slot(&slots[at], &lost);
}

static int open_count(int count) {
  int open = 0;
  for (int at = 0; at < count; at++) open += slots[at].socket >= 0;
  return open;
}

int main(int count, char **words) {
  if (count != 6) return 2;
  struct epoll_event events[SLOTS];
  int width = atoi(words[4]);
  long most = atol(words[5]);
  if (width < 1 || width > SLOTS) return 2;
  port = atoi(words[1]);
  read_queries(words[2]);
  poller = epoll_create1(0);
  double start = now(), end = start + atof(words[3]), time = start, looked = start;
  for (int at = 0; at < width; at++) open_slot(&slots[at]);
  for (; (time < end && opened < most) || open_count(width) > 0; time = now()) {
    int ready = epoll_wait(poller, events, SLOTS, 100);
    for (int at = 0; at < ready; at++) {
      struct slot *slot = events[at].data.ptr;
      if (slot->socket >= 0) go_on(slot);
    }
    if (time - looked > 0.2) look_for_lost(width, looked = time);
    for (int at = 0; at < width && time < end && opened < most; at++)
      if (slots[at].socket < 0) open_slot(&slots[at]);
  }
  printf("completed %ld lost %ld wrong %ld absent %ld seconds %.3f\n", completed, lost, wrong, absent, now() - start);
}
