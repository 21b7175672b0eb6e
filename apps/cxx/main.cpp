// SPDX-License-Identifier: Apache-2.0
/* C++: static objects, virtual functions, templates, new and delete. */
#include <gantry/adc.h>
#include <gantry/alarm.h>
#include <gantry/buzzer.h>
#include <gantry/console.h>
#include <gantry/cycle_count.h>
#include <gantry/date_time.h>
#include <gantry/debug.h>
#include <gantry/device.h>
#include <gantry/gpio.h>
#include <gantry/ipc.h>
#include <gantry/memory.h>
#include <gantry/process.h>
#include <gantry/pwm.h>
#include <gantry/state.h>
#include <gantry/syscall.h>
#include <gantry/temperature.h>
#include <gantry/timer.h>

namespace
{

unsigned passed;
unsigned failed;

void check(const char *name, bool holds)
{
    printf("cxx: %s: %s\r\n", holds ? "PASS" : "FAIL", name);
    ++(holds ? passed : failed);
}

/* A static object with a constructor; its value cannot be known when the program is linked. */
class clock_reading
{
  public:
    clock_reading() : frequency_(alarm_frequency()), order_(++constructed)
    {
    }
    uint32_t frequency() const
    {
        return frequency_;
    }
    int order() const
    {
        return order_;
    }

  private:
    static int constructed;
    uint32_t frequency_;
    int order_;
};

int clock_reading::constructed;
clock_reading first_reading;
clock_reading second_reading;

class shape
{
  public:
    shape() = default;
    shape(const shape &) = delete;
    shape &operator=(const shape &) = delete;
    virtual ~shape()
    {
        ++destroyed;
    }
    virtual const char *name() const = 0;
    virtual int area() const = 0;

    static int destroyed;
};

int shape::destroyed;

class rectangle : public shape
{
  public:
    rectangle(int width, int height) : width_(width), height_(height)
    {
    }
    const char *name() const override
    {
        return "rectangle";
    }
    int area() const override
    {
        return width_ * height_;
    }

  protected:
    int width_;
    int height_;
};

class square : public rectangle
{
  public:
    explicit square(int side) : rectangle(side, side)
    {
    }
    const char *name() const override
    {
        return "square";
    }
};

/* A table of addresses, in constant data that must be relocated. */
struct entry {
    const char *name;
    int (*function)(int);
};

int twice(int value)
{
    return 2 * value;
}

int squared(int value)
{
    return value * value;
}

const entry table[] = {{"twice", twice}, {"squared", squared}};

template <typename value, unsigned size> class stack
{
  public:
    bool push(value item)
    {
        return used_ < size ? (items_[used_++] = item, true) : false;
    }
    value pop()
    {
        return items_[--used_];
    }

  private:
    value items_[size];
    unsigned used_ = 0;
};

template <typename function> int sum(int count, function of)
{
    int result = 0;

    for (int i = 0; i < count; i++) {
        result += of(i);
    }
    return result;
}

void virtual_functions()
{
    shape *shapes[] = {new rectangle(3, 4), new square(5)};

    check("virtual functions",
          strcmp(shapes[0]->name(), "rectangle") == 0 && shapes[0]->area() == 12 &&
              strcmp(shapes[1]->name(), "square") == 0 && shapes[1]->area() == 25);
    for (shape *each : shapes) {
        delete each;
    }
    check("virtual destructors", shape::destroyed == 2);
}

void memory()
{
    auto *former = new int[64];
    auto *other = new int[64];
    const auto *place = former;

    check("new", former != nullptr && other != nullptr && former != other);
    delete[] former;
    former = new int[64];
    check("delete gives memory back", former == place);
    delete[] former;
    delete[] other;
}

void callbacks()
{
    timer once{};
    int calls = 0;

    (void)timer_start(
        &once, 2, [](void *context) { ++*static_cast<int *>(context); }, &calls);
    timer_wait_ms(5);
    check("lambdas as timer functions", calls == 1);
}

} // namespace

int main()
{
    stack<const char *, 2> words;
    int offset = 10;

    check("static constructors ran, in order", first_reading.frequency() == alarm_frequency() &&
                                                   first_reading.order() == 1 &&
                                                   second_reading.order() == 2);
    virtual_functions();
    check("tables of functions", table[0].function(7) == 14 && table[1].function(7) == 49 &&
                                     strcmp(table[1].name, "squared") == 0);
    check("templates",
          words.push("a") && words.push("b") && !words.push("c") && strcmp(words.pop(), "b") == 0);
    check("lambdas", sum(5, [offset](int i) { return i + offset; }) == 60);
    memory();
    callbacks();
    printf("cxx: %u passed, %u failed\r\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
