using Viaduct.Benchmarks.Http;
using Viaduct.Benchmarks.Worker;

return WorkerProgram.Run(args, static arguments => new HttpSystem(arguments));
