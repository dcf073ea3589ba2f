@echo off
rem Runs the tessera command: finds a JDK, builds on first use, and hands over arguments and exit status
rem unchanged. In a distribution the jars lie in lib\ beside this file.
setlocal EnableExtensions DisableDelayedExpansion

set "here=%~dp0"
set "jdk="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do call :consider "%%~dpJ.."
for /d %%V in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%USERPROFILE%\.jdks") do (
  for /d %%J in ("%%~V\*") do call :consider "%%~J"
)
if not defined jdk (
  echo tessera: JDK 25 or later not found: install one ^(https://adoptium.net^) and set JAVA_HOME to it>&2
  exit /b 1
)

set "module=cli"
set "profiles="
if exist "%here%lib\" (
  set "lib=%here%lib"
  set "optional=%here%optional"
) else if "%~1"=="bench" (
  set "module=benchmarks"
  set "lib=%here%benchmarks\target\lib"
  set "profiles=-Ppeers"
) else (
  set "lib=%here%cli\target\tessera\lib"
  set "optional=%here%cli\target\optional"
)
if exist "%lib%\tessera-%module%-*.jar" goto run

where mvn >nul 2>&1
if errorlevel 1 (
  echo tessera: building from source needs Maven: install it so that mvn is on the PATH>&2
  exit /b 1
)
echo tessera: first use, building with Maven; this takes a minute>&2
pushd "%here%"
set "caller_java_home=%JAVA_HOME%"
set "JAVA_HOME=%jdk%"
rem Maven 3 itself uses what JDK 25 warns of.
set "caller_maven_opts=%MAVEN_OPTS%"
set "MAVEN_OPTS=%MAVEN_OPTS% --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
call mvn -q -B -Dmaven.test.skip package -pl %module% -am %profiles% 1>&2
set "status=%errorlevel%"
set "JAVA_HOME=%caller_java_home%"
set "MAVEN_OPTS=%caller_maven_opts%"
popd
if not "%status%"=="0" (
  echo tessera: the build has failed; its messages are above>&2
  exit /b 1
)

:run
if "%module%"=="benchmarks" goto bench
rem The vector module comes with the kernels' own descriptor; native access is for JOCL, the terminal and ONNX Runtime.
rem Optional modules are on the class path: CDK's jars share packages, which no module path takes.
"%jdk%\bin\java.exe" --module-path "%lib%" --class-path "%optional%\*" --add-reads dev.tessera.cli=ALL-UNNAMED --enable-native-access=jocl,dev.tessera.kernels.opencl,dev.tessera.kernels.simd,dev.tessera.cli,ALL-UNNAMED --add-modules jtokkit --module dev.tessera.cli/dev.tessera.cli.Main %*
exit /b %errorlevel%

rem The benchmarks have a class path of their own, with JMH and the peers.
:bench
"%jdk%\bin\java.exe" "-Dtessera.checkout=%here%." -cp "%lib%\*" dev.tessera.benchmarks.command.BenchCommand %*
exit /b %errorlevel%

rem Takes a folder as the JDK if none is taken yet and its release file says 25 or later.
:consider
if defined jdk exit /b 0
if not exist "%~f1\bin\java.exe" exit /b 0
if not exist "%~f1\release" exit /b 0
for /f tokens^=2^ delims^=^=.^" %%R in ('findstr /b "JAVA_VERSION=" "%~f1\release"') do (
  if %%R GEQ 25 set "jdk=%~f1"
)
exit /b 0
