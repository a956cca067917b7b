namespace Viaduct.Benchmarks.Plan;

/// <summary>What workloads have in common.</summary>
internal static class WorkloadKinds
{
    extension(Workload workload)
    {
        /// <summary>Whether as much as possible is done in a time; else how long each takes.</summary>
        public bool IsRate => workload is Workload.Throughput or Workload.OneWay or Workload.Concurrent;

        /// <summary>Whether one message goes there and back at a time.</summary>
        public bool IsRoundTrip => workload.Elementary is Workload.Latency or Workload.Wake;

        /// <summary>How much of a round trip counts as one: half of it for a message, all of it for a call.</summary>
        public int Ways => workload is Workload.Call or Workload.Bytes ? 2 : 1;

        /// <summary>What the programs of bench/native do for it: a call is a round trip, a call without an answer is a message.</summary>
        public Workload Elementary => workload switch
        {
            Workload.Call or Workload.Bytes => Workload.Latency,
            Workload.OneWay => Workload.Throughput,
            _ => workload,
        };

        /// <summary>Whether it is one of remote calls.</summary>
        public bool IsOfCalls => workload >= Workload.Call;
    }
}
