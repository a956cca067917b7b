// iceoryx: messages are loaned, written and read in place. MODE is poll or waitset. Its daemon, iox-roudi, is started for the
// time of the measurement.
#include "conduit.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "iceoryx_hoofs/log/logmanager.hpp"
#include "iceoryx_posh/popo/untyped_publisher.hpp"
#include "iceoryx_posh/popo/untyped_subscriber.hpp"
#include "iceoryx_posh/popo/wait_set.hpp"
#include "iceoryx_posh/runtime/posh_runtime.hpp"

using namespace iox::popo;

static pid_t daemon_process;
static std::unique_ptr<UntypedPublisher> publisher;
static std::unique_ptr<UntypedSubscriber> subscriber;
static std::unique_ptr<WaitSet<>> waiting;

// At exit, and as it is registered before the runtime exists, after the runtime has taken its leave: a daemon that ends ends
// every process that is still registered.
static void stop_daemon()
{
    if (daemon_process > 0)
    {
        kill(daemon_process, SIGTERM);
        waitpid(daemon_process, nullptr, 0);
        daemon_process = 0;
    }
}

// The daemon says on its output when it can be asked.
static void wait_for_daemon(FILE *output)
{
    char line[256];
    while (fgets(line, sizeof line, output) != nullptr)
    {
        if (strstr(line, "ready") != nullptr)
        {
            return;
        }
    }

    fprintf(stderr, "iox-roudi did not start (is it installed, or does one of another user run?)\n");
    exit(1);
}

static void prepare(const struct options *)
{
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0)
    {
        fail("pipe2");
    }

    daemon_process = fork();
    if (daemon_process < 0)
    {
        fail("fork");
    }

    if (daemon_process == 0)
    {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        dup2(output[1], STDOUT_FILENO);
        dup2(output[1], STDERR_FILENO);
        execlp("iox-roudi", "iox-roudi", "--monitoring-mode", "off", "--log-level", "off", static_cast<char *>(nullptr));
        _exit(127);
    }

    // The reading end stays open: a daemon that writes to a closed pipe would die of it.
    close(output[1]);
    atexit(stop_daemon);
    wait_for_daemon(fdopen(output[0], "r"));
}

static iox::capro::ServiceDescription service(enum side from)
{
    return from == SIDE_A ? iox::capro::ServiceDescription{"ViaductBench", "There", "Bytes"}
                          : iox::capro::ServiceDescription{"ViaductBench", "Back", "Bytes"};
}

static void open_end(const struct options *options, enum side side)
{
    iox::log::LogManager::GetLogManager().SetDefaultLogLevel(iox::log::LogLevel::kOff, iox::log::LogLevelOutput::kHideLogLevel);
    char name[128];
    snprintf(name, sizeof name, "viaduct-bench-%d", static_cast<int>(getpid()));
    iox::runtime::PoshRuntime::initRuntime(iox::RuntimeName_t(iox::cxx::TruncateToCapacity, name));

    PublisherOptions sending;
    sending.subscriberTooSlowPolicy = ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
    SubscriberOptions receiving;
    receiving.queueFullPolicy = QueueFullPolicy::BLOCK_PRODUCER;
    receiving.queueCapacity = depth(options) < receiving.queueCapacity ? depth(options) : receiving.queueCapacity;
    publisher = std::make_unique<UntypedPublisher>(service(side), sending);
    subscriber = std::make_unique<UntypedSubscriber>(service(side == SIDE_A ? SIDE_B : SIDE_A), receiving);
    if (strcmp(options->mode, "waitset") == 0)
    {
        waiting = std::make_unique<WaitSet<>>();
        if (waiting->attachState(*subscriber, SubscriberState::HAS_DATA).has_error())
        {
            fail_with("attachState", 0);
        }
    }

    while (!publisher->hasSubscribers() || subscriber->getSubscriptionState() != iox::SubscribeState::SUBSCRIBED)
    {
        usleep(1000);
    }
}

static void close_end(const struct options *, enum side)
{
    waiting.reset();
    subscriber.reset();
    publisher.reset();
}

static void send_message(const struct options *options, uint64_t value)
{
    for (;;)
    {
        // The pool is empty while the other side still holds all of it.
        auto loan = publisher->loan(static_cast<uint32_t>(options->size));
        if (!loan.has_error())
        {
            fill(loan.value(), options, value);
            publisher->publish(loan.value());
            return;
        }
    }
}

static void receive_message(const struct options *options)
{
    for (;;)
    {
        auto taken = subscriber->take();
        if (!taken.has_error())
        {
            look(taken.value(), options);
            subscriber->release(taken.value());
            return;
        }

        if (waiting)
        {
            waiting->wait();
        }
    }
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);
    struct program program = {};
    program.prepare = prepare;
    program.open = open_end;
    program.side_a = conduit_a;
    program.side_b = conduit_b;
    program.close = close_end;
    run(&options, &program);
    return 0;
}
