using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance.SignIn;

/// <summary>A clock that the test moves. It starts at the real time, so that what real clocks made is not in its future.</summary>
internal sealed class HandClock : TimeProvider
{
    private TimeSpan _moved;
    private DateTimeOffset? _stopped;

    public override DateTimeOffset GetUtcNow() => (_stopped ?? System.GetUtcNow()) + _moved;

    /// <summary>Goes on only when it is moved, so that a slow machine is not another case.</summary>
    public void Stop() => _stopped = System.GetUtcNow();

    public void Move(TimeSpan by) => _moved += by;

    /// <summary>Puts the clock into a host.</summary>
    public void Into(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(this);
}
