using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public sealed class SharedMemoryLoanTests() : LoanSuite(DistanceKind.SharedMemory);
