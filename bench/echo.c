/*
 * The floor: what UDP and TCP over loopback cost without any DNS. Sends every message back with QR set:
 * datagrams in batches (recvmmsg, sendmmsg), messages on TCP by epoll, a chunk's in one write. One thread
 * for each transport, of which one works at a time.
 *
 *   echo PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, DATAGRAM = 4096, CHUNK = 65536, CONNECTIONS = 4096 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(int type, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int socket_ = socket(AF_INET, type, 0), one = 1, size = 4 << 20;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (type == SOCK_DGRAM) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(socket_, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  return socket_;
}

static void *echo_datagrams(void *argument) {
  static unsigned char octets[BATCH][DATAGRAM];
  static struct sockaddr_in peers[BATCH];
  static struct iovec vectors[BATCH];
  static struct mmsghdr messages[BATCH];
  int socket_ = *(int *)argument;
  for (;;) {
    for (int at = 0; at < BATCH; at++) {
      vectors[at] = (struct iovec){octets[at], DATAGRAM};
      messages[at].msg_hdr = (struct msghdr){.msg_name = &peers[at], .msg_namelen = sizeof peers[at],
                                             .msg_iov = &vectors[at], .msg_iovlen = 1};
    }
    int count = recvmmsg(socket_, messages, BATCH, MSG_WAITFORONE, NULL);
    if (count < 0) continue;
    for (int at = 0; at < count; at++) {
      vectors[at].iov_len = messages[at].msg_len;
      if (messages[at].msg_len > 2) octets[at][2] |= 0x80;
    }
    for (int sent = 0; sent < count;) {
      int more = sendmmsg(socket_, messages + sent, count - sent, 0);
      sent += more > 0 ? more : 1; /* a reply that cannot be sent is left out */
    }
  }
  return NULL;
}

/* What of a message came without its end; most chunks end where a message does. */
struct connection {
  unsigned char partial[CHUNK];
  int filled;
};

static struct connection *connections[CONNECTIONS];

static void end_connection(int socket_) {
  close(socket_);
  free(connections[socket_]);
  connections[socket_] = NULL;
}

static int write_all(int socket_, const unsigned char *octets, int length) {
  for (int written = 0; written < length;) {
    ssize_t more = write(socket_, octets + written, length - written);
    if (more < 0 && errno != EAGAIN) return -1;
    if (more > 0) written += more;
  }
  return 0;
}

static void echo_chunk(int socket_) {
  struct connection *connection = connections[socket_];
  unsigned char *octets = connection->partial;
  ssize_t more = read(socket_, octets + connection->filled, CHUNK - connection->filled);
  if (more < 0 && errno == EAGAIN) return;
  if (more <= 0) {
    end_connection(socket_);
    return;
  }
  int filled = connection->filled + more, whole = 0;
  while (filled - whole >= 14) {
    int end = whole + 2 + (octets[whole] << 8 | octets[whole + 1]);
    if (end > filled) break;
    octets[whole + 4] |= 0x80;
    whole = end;
  }
  if (write_all(socket_, octets, whole) < 0 || whole == 0 && filled == CHUNK) {
    end_connection(socket_);
    return;
  }
  memmove(octets, octets + whole, filled - whole);
  connection->filled = filled - whole;
}

static void accept_connections(int listener, int poller) {
  for (;;) {
    int one = 1, socket_ = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (socket_ < 0) return;
    if (socket_ >= CONNECTIONS) {
      close(socket_);
      continue;
    }
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[socket_] = malloc(sizeof(struct connection));
    connections[socket_]->filled = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = socket_};
    epoll_ctl(poller, EPOLL_CTL_ADD, socket_, &event);
  }
}

static void echo_streams(int listener) {
  struct epoll_event events[BATCH], first = {.events = EPOLLIN, .data.fd = listener};
  int poller = epoll_create1(0);
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &first);
  for (;;) {
    int count = epoll_wait(poller, events, BATCH, -1);
    for (int at = 0; at < count; at++) {
      if (events[at].data.fd == listener) accept_connections(listener, poller);
      else echo_chunk(events[at].data.fd);
    }
  }
}

int main(int count, char **words) {
  if (count != 2) return 2;
  pthread_t thread;
  int datagrams = open_socket(SOCK_DGRAM, atoi(words[1]));
  int listener = open_socket(SOCK_STREAM | SOCK_NONBLOCK, atoi(words[1]));
  if (listen(listener, 1024) < 0) fail("listen");
  pthread_create(&thread, NULL, echo_datagrams, &datagrams);
  echo_streams(listener);
}
