#pragma once
#include <postgresql/libpq-fe.h>
// For waiting on libpq's sockets: Swift's Glibc module has neither.
#include <sys/epoll.h>
#include <sys/eventfd.h>
