/* Made up. */
#ifndef MADE_UP_QUEUE_H
#define MADE_UP_QUEUE_H
#define TAILQ_ENTRY(type)	struct { struct type *tqe_next, **tqe_prev; }
#endif
