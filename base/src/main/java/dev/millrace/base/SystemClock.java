package dev.millrace.base;

enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long currentMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
