using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests;

/// <summary>A clock that the test moves. It starts at the real time, so that what real clocks made is not in its future.</summary>
public sealed class HandClock : TimeProvider
{
    private long _ahead;
    private DateTimeOffset? _stopped;
    private TimeSpan _setBack;

    /// <summary>How far it is before the real one, or before that at which it was stopped.</summary>
    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
        set => Interlocked.Exchange(ref _ahead, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => (_stopped ?? System.GetUtcNow()) + Ahead - _setBack;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Goes on as time does, whatever the time of day is set to.</summary>
    public override long GetTimestamp() => ((_stopped ?? System.GetUtcNow()) + Ahead).UtcTicks;

    /// <summary>Goes on only when it is moved, so that a slow machine is not another case.</summary>
    public void Stop() => _stopped = System.GetUtcNow();

    public void Move(TimeSpan by) => Ahead += by;

    /// <summary>Sets the time of day back, which takes no time.</summary>
    public void SetBack(TimeSpan by) => _setBack += by;

    /// <summary>Puts the clock into a host.</summary>
    public void Into(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(this);
}
