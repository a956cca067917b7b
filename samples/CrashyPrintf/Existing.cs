using System.Text;
using Viaduct.Supervision;

namespace CrashyPrintf;

/// <summary>A program that knows nothing of processes: only the class that it calls is marked.</summary>
internal static class Existing
{
    internal static string Run(int calls)
    {
        Span<byte> buffer = stackalloc byte[64];
        int wrong = 0;
        for (int i = 0; i < calls; i++)
        {
            int length = NativeMethods.Format(buffer, "The answer is %d", i);
            wrong += Encoding.ASCII.GetString(buffer[..length]) == $"The answer is {i}" ? 0 : 1;
        }

        IsolatedClass printf = IsolatedClass.Of(typeof(NativeMethods));
        return $"{calls} calls of a static method, {wrong} wrong, {printf.Started - printf.Workers.Count} processes died of them";
    }
}
