using System.Diagnostics;
using Viaduct.Tests.Hostile;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Wakes the victim for nothing as fast as it can, for so many seconds: one thread by the words that it sleeps on, one by doorbells. As a receiver it consumes what comes. Nothing of it breaks a rule, so the link lives.</summary>
internal sealed unsafe class FloodAttack(Victim victim, Nonsense nonsense, int cases, bool receives, Func<Victim> another)
    : MeetingAttack(victim, nonsense, cases, receives, another)
{
    /// <summary>So many doorbells at once, before it is waited until they have left this process.</summary>
    private const int Burst = 256;

    private long _wakes;
    private long _doorbells;
    private volatile bool _isOver;

    /// <inheritdoc/>
    public override void Run()
    {
        using Meeting meeting = Meet();
        long begun = Stopwatch.GetTimestamp();
        Thread ringer = new(() => RingDoorbells(meeting));
        ringer.Start();
        while (!IsOver && !meeting.Connection.IsClosed)
        {
            Done = (int)Stopwatch.GetElapsedTime(begun).TotalSeconds;
            Waking.Ring(meeting.Signal);
            Waking.Wake(meeting.TheirSignal);
            Waking.Wake(meeting.TheirWaiting);
            _wakes += 3;
            meeting.Consume();
        }

        _isOver = true;
        ringer.Join();
        if (meeting.Connection.IsClosed)
        {
            throw new InvalidOperationException("The victim ended the link, though no rule was broken.");
        }

        Console.Write($"{_wakes} wakes, {_doorbells} doorbells; ");
    }

    private void RingDoorbells(Meeting meeting)
    {
        while (!_isOver)
        {
            for (int i = 0; i < Burst; i++)
            {
                meeting.Connection.Send(new DoorbellFrame(meeting.Link, Receives ? (byte)1 : (byte)0).Write);
                _doorbells++;
            }

            meeting.Connection.Flush();
        }
    }
}
