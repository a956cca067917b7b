namespace Viaduct.Tests.Hostile;

/// <content>Scribbling from another thread.</content>
internal sealed unsafe partial class HostileSender
{
    /// <summary>Sends, and writes nonsense, without a pause but for those that the test makes to begin a new link.</summary>
    internal sealed class Scribbler : IDisposable
    {
        private readonly HostileSender _sender;
        private readonly Thread _thread;

        /// <summary>1 while it may write.</summary>
        private volatile int _wanted;

        /// <summary>1 while it does.</summary>
        private volatile int _writes;
        private volatile bool _ended;

        public Scribbler(HostileSender sender)
        {
            _sender = sender;
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        /// <summary>Stores made.</summary>
        public long Count { get; private set; }

        public void Pause()
        {
            _wanted = 0;
            Interlocked.MemoryBarrier();
            SpinWait wait = default;
            while (_writes != 0)
            {
                wait.SpinOnce();
            }
        }

        public void Continue() => _wanted = 1;

        public void Dispose()
        {
            _ended = true;
            _thread.Join();
        }

        private void Run()
        {
            Nonsense nonsense = new(_sender._nonsense.Random.Next());
            SpinWait wait = default;
            while (!_ended)
            {
                _writes = 1;
                Interlocked.MemoryBarrier();
                if (_wanted == 0)
                {
                    _writes = 0;
                    wait.SpinOnce();
                    continue;
                }

                for (int i = 0; i < 16; i++)
                {
                    _sender.Send(nonsense, -1);

                    // Slower bytes than there could be: the reader is to find a whole message now and then.
                    _sender.Scribble(nonsense, _sender.ReaderOffset + (16 * nonsense.Random.Next(8)), nonsense.Random.NextBytes);
                    Count++;
                }

                _writes = 0;
            }
        }
    }
}
