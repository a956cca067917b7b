using System.Runtime.CompilerServices;

// Nothing reads what it has not written: without this each method with a variable that is looked at by its address would write a zero there first.
[module: SkipLocalsInit]
