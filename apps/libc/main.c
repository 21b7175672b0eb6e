// SPDX-License-Identifier: Apache-2.0
/*
 * What a full C library gives (NAME comes from the build): every result is compared with what ISO C
 * says it must be.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gantry/date_time.h>

static unsigned passed;
static unsigned failed;

static void check(const char *name, int holds)
{
    printf(NAME ": %s: %s\r\n", holds ? "PASS" : "FAIL", name);
    *(holds ? &passed : &failed) += 1;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

static void formats(void)
{
    char text[96];
    int number;
    double fraction;
    char word[8];

    snprintf(text, sizeof text, "%.3f|%e|%g|%8.2f|%+.1f", 3.14159265, 12345.678, 0.0001, -2.5, 1.0);
    check("printf of floating point", strcmp(text, "3.142|1.234568e+04|0.0001|   -2.50|+1.0") == 0);
    snprintf(text, sizeof text, "%lld|%#llx|%5.3d|%*s", INT64_MIN, 0xFEDCBA9876543210ull, 7, 4,
             "ab");
    check("printf of 64 bits, precision and star",
          strcmp(text, "-9223372036854775808|0xfedcba9876543210|  007|  ab") == 0);
    check("sscanf", sscanf("17 2.5e3 word", "%d %lf %7s", &number, &fraction, word) == 3 &&
                        number == 17 && fraction == 2500.0 && strcmp(word, "word") == 0);
}

static void numbers(void)
{
    static const char text[] = "-1.7976931348623157e308 rest";
    char *end;

    check("strtod", strtod(text, &end) == -1.7976931348623157e308 && strcmp(end, " rest") == 0);
    errno = 0;
    check("strtol sets errno", strtol("99999999999", NULL, 10) == LONG_MAX && errno == ERANGE);
    check("strtoull", strtoull("0xffffffffffffffff", NULL, 0) == UINT64_MAX);
    check("sin, cos, atan2", fabs(sin(0.5) * sin(0.5) + cos(0.5) * cos(0.5) - 1.0) < 1e-15 &&
                                 fabs(4.0 * atan2(1.0, 1.0) - 3.14159265358979323846) < 1e-15);
    check("pow, exp, log, sqrt", pow(2.0, 10.0) == 1024.0 && fabs(log(exp(2.0)) - 2.0) < 1e-15 &&
                                     sqrt(144.0) == 12.0 && isnan(sqrt(-1.0)));
    check("single precision", fabsf(sinf(1.0f) - 0.84147098f) < 1e-7f && floorf(-1.5f) == -2.0f);
}

static void memory(void)
{
    double *values = malloc(100 * sizeof *values);
    char *grown;
    double wanted = 30.0;

    check("malloc", values != NULL);
    for (int i = 0; values != NULL && i < 100; i++) {
        values[i] = (i * 37) % 100;
    }
    if (values != NULL) {
        qsort(values, 100, sizeof *values, ascending);
        check("qsort and bsearch",
              values[0] == 0.0 && values[99] == 99.0 &&
                  bsearch(&wanted, values, 100, sizeof *values, ascending) == &values[30]);
    }
    grown = realloc(values, 1000);
    check("realloc keeps the content", grown != NULL && *(double *)(void *)grown == 0.0);
    free(grown);
    errno = 0;
    check("malloc fails with ENOMEM", malloc(0x100000) == NULL && errno == ENOMEM);
}

static void text(void)
{
    char list[] = "one,two;three";
    char *word = strtok(list, ",;");

    check("strtok, strstr", word != NULL && strcmp(word, "one") == 0 &&
                                strcmp(strtok(NULL, ",;"), "two") == 0 &&
                                strcmp(strstr("haystack", "st"), "stack") == 0);
    check("ctype", isxdigit('f') && !isxdigit('g') && toupper('a') == 'A' && isspace('\t'));
    check("strerror",
          strcmp(strerror(EINVAL), "Invalid argument") == 0 && strlen(strerror(9999)) < 32);
}

static void control(void)
{
    static jmp_buf place;
    static volatile int jumps;
    struct tm date = {.tm_year = 100, .tm_mon = 1, .tm_mday = 29};
    char written[24];

    jumps = setjmp(place);
    if (jumps == 0) {
        longjmp(place, 7);
    }
    check("setjmp and longjmp", jumps == 7);
    check("mktime and strftime", mktime(&date) == 951782400 &&
                                     strftime(written, sizeof written, "%Y-%m-%d %a", &date) > 0 &&
                                     strcmp(written, "2000-02-29 Tue") == 0);
}

static void the_date(void)
{
    static const struct date_time midnight = {2000, 2, 29, 0, 0, 0, 0};
    time_t now;

    if (date_time_set(&midnight) != ABI_OK) {
        check("time() without a clock", time(NULL) == (time_t)-1 && errno == ENODEV);
        return;
    }
    now = time(NULL);
    check("time() is that of the board's clock", now >= 951782400 && now < 951782410);
}

static void at_exit(void)
{
    printf(NAME ": %u passed, %u failed\r\n", passed, failed);
}

int main(void)
{
    check("errno is 0 at first", errno == 0);
    formats();
    numbers();
    memory();
    text();
    control();
    the_date();
    check("atexit", atexit(at_exit) == 0);
    return failed == 0 ? 0 : 1;
}
