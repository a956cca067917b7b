using Viaduct.Benchmarks;
using Viaduct.Benchmarks.Charts;
using Viaduct.Benchmarks.Micro;
using Viaduct.Benchmarks.Worker;

switch (args)
{
    case [WorkerArguments.Verb, ..]:
        return WorkerProgram.Run(args);

    case [BenchOptions.MicroVerb, .. string[] rest]:
        return MicroProgram.Run(rest);

    case [BenchOptions.ChartsVerb, .. string[] rest]:
        return ChartsProgram.Run(rest);

    default:
        return BenchProgram.Run(args);
}
