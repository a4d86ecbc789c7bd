// The coroutine type of the tree. Only http, the predict path, log tails and the process watcher use it.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace atelier {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace atelier
